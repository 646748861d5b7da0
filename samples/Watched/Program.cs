using System.Diagnostics.Tracing;

// Allocates and computes until its input ends: something to see for diagnostic tools.
Console.WriteLine("works");
Thread worker = new(Work.Run) { IsBackground = true, Name = "worker" };
worker.Start();
Console.In.ReadToEnd();
Console.WriteLine("ended");

internal static class Work
{
    private static readonly Dictionary<int, Kept> s_kept = [];

    public static void Run()
    {
        for (int round = 0; ; round++)
        {
            s_kept[round % 1000] = new Kept(round, new byte[1000]);
            Rounds.Log.Report(round);
            Thread.Sleep(5);
        }
    }
}

internal sealed record Kept(int Round, byte[] Bytes);

[EventSource(Name = "Watched-Rounds")]
internal sealed class Rounds : EventSource
{
    public static readonly Rounds Log = new();

    [Event(1)]
    public void Report(int round) => WriteEvent(1, round);
}
