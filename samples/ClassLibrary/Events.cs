using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;

/// <summary>Event sources with a listener inside the program, activities, meters.</summary>
internal static class Events
{
    public static async Task Run(string folder)
    {
        using (Listener listener = new())
        {
            Source.Log.Happened(1, "first");
            Source.Log.Happened(2, "second");
            GC.Collect();
            for (int i = 0; i < 500 && listener.RuntimeEvents == 0; i++)
            {
                await Task.Delay(10);
            }

            Check.Say("events", string.Join(" | ", listener.Seen));
            Check.Say("events of the runtime", listener.RuntimeEvents > 0);
        }

        using ActivitySource activities = new("mote");
        using ActivityListener watcher = new()
        {
            ShouldListenTo = source => source.Name == "mote",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => Check.Say("activity", $"{activity.OperationName} {activity.GetTagItem("n")}"),
        };
        ActivitySource.AddActivityListener(watcher);
        using (Activity? activity = activities.StartActivity("work"))
        {
            activity?.SetTag("n", 3);
        }

        using Meter meter = new("mote");
        Counter<int> counter = meter.CreateCounter<int>("things");
        using MeterListener measures = new();
        int sum = 0;
        measures.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "mote")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        measures.SetMeasurementEventCallback<int>((_, value, _, _) => sum += value);
        measures.Start();
        counter.Add(3);
        counter.Add(4);
        Check.Say("meter", sum);
    }

    [EventSource(Name = "Mote-Sample")]
    private sealed class Source : EventSource
    {
        public static readonly Source Log = new();

        [Event(1)]
        public void Happened(int number, string text) => WriteEvent(1, number, text);
    }

    private sealed class Listener : EventListener
    {
        private const EventKeywords Collection = (EventKeywords)1;

        private int _runtimeEvents;

        public ConcurrentQueue<string> Seen { get; } = new();

        public int RuntimeEvents => Volatile.Read(ref _runtimeEvents);

        protected override void OnEventSourceCreated(EventSource source)
        {
            if (source.Name is "Mote-Sample")
            {
                EnableEvents(source, EventLevel.Verbose);
            }
            else if (source.Name is "Microsoft-Windows-DotNETRuntime")
            {
                EnableEvents(source, EventLevel.Informational, Collection);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs e)
        {
            if (e.EventSource.Name == "Mote-Sample")
            {
                Seen.Enqueue($"{e.EventName} {string.Join(',', e.Payload!)}");
            }
            else
            {
                Interlocked.Increment(ref _runtimeEvents);
            }
        }
    }
}
