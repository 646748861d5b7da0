// Asks much of a system underneath .NET: the thread pool, timers, exceptions, signals as exceptions, and the collector under load.
// What it prints is the same on every run.

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;

await Step("tasks", async () =>
{
    Task<long>[] tasks = [.. Enumerable.Range(0, 64).Select(i => Task.Run(() => Fibonacci(i % 20)))];
    return (await Task.WhenAll(tasks)).Sum();
});

await Step("parallel for", () =>
{
    long sum = 0;
    Parallel.For(0, 100_000, () => 0L, (i, _, local) => local + (i % 7), local => Interlocked.Add(ref sum, local));
    return Task.FromResult(sum);
});

await Step("timers", async () =>
{
    int ticks = 0;
    TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    using Timer timer = new(_ =>
    {
        if (Interlocked.Increment(ref ticks) == 10)
        {
            done.SetResult();
        }
    }, null, 1, 2);
    Stopwatch watch = Stopwatch.StartNew();
    await Task.WhenAll(done.Task, Task.Delay(50));
    using CancellationTokenSource source = new(20);
    bool canceled = false;
    try
    {
        await Task.Delay(Timeout.Infinite, source.Token);
    }
    catch (OperationCanceledException)
    {
        canceled = true;
    }

    // Two waits of 50 and 20 ms, by a clock of whole milliseconds that may be a tick ahead at each end of each.
    return $"at least 10: {ticks >= 10}, at least 66 ms: {watch.ElapsedMilliseconds >= 66}, canceled: {canceled}";
});

await Step("channels", async () =>
{
    Channel<int> channel = Channel.CreateBounded<int>(8);
    Task producer = Task.Run(async () =>
    {
        for (int i = 0; i < 5_000; i++)
        {
            await channel.Writer.WriteAsync(i);
        }

        channel.Writer.Complete();
    });
    long sum = 0;
    await foreach (int value in channel.Reader.ReadAllAsync())
    {
        sum += value;
    }

    await producer;
    return sum;
});

await Step("exceptions through async frames", async () =>
{
    StringBuilder trace = new();
    try
    {
        await Throw(5, trace);
    }
    catch (InvalidOperationException e) when (e.InnerException is FormatException inner)
    {
        trace.Append(CultureInfo.InvariantCulture, $"caught {e.Message}, {inner.Message}");
    }

    return trace;
});

await Step("null references", () =>
{
    int caught = 0;
    for (int i = 0; i < 1_000; i++)
    {
        try
        {
            caught += Nothing(i)!.Length;
        }
        catch (NullReferenceException)
        {
            caught++;
        }
    }

    return Task.FromResult(caught);
});

await Step("faults of arithmetic", () =>
{
    int caught = 0;
    int zero = int.Parse("0", CultureInfo.InvariantCulture);
    try
    {
        caught = 1 / zero;
    }
    catch (DivideByZeroException)
    {
        caught += 1;
    }

    try
    {
        caught = checked(caught + int.MaxValue);
    }
    catch (OverflowException)
    {
        caught += 10;
    }

    return Task.FromResult(caught);
});

await Step("collection under load", async () =>
{
    using CancellationTokenSource stop = new();
    Task<long>[] workers = [.. Enumerable.Range(0, 4).Select(seed => Task.Factory.StartNew(() => Allocate(seed), TaskCreationOptions.LongRunning))];
    Task collector = Task.Run(() =>
    {
        // At least once, even where the workers are done before this gets to run.
        do
        {
            GC.Collect();
            Thread.Sleep(1);
        }
        while (!stop.IsCancellationRequested);
    });
    long sum = (await Task.WhenAll(workers)).Sum();
    stop.Cancel();
    await collector;
    return $"{sum}, collected: {GC.CollectionCount(2) > 0}";
});

await Step("weak references and finalizers", () =>
{
    for (int i = 0; i < 100; i++)
    {
        _ = new Finalized();
    }

    GC.Collect();
    GC.WaitForPendingFinalizers();
    GC.Collect();
    WeakReference<byte[]> dead = MakeGarbage();
    GC.Collect();
    return Task.FromResult($"finalized some: {Finalized.Count > 0}, dead: {!dead.TryGetTarget(out _)}");
});

await Step("locks", () =>
{
    object gate = new();
    int counter = 0;
    ConcurrentDictionary<int, int> seen = new();
    Thread[] threads = [.. Enumerable.Range(0, 12).Select(n => new Thread(() =>
    {
        for (int i = 0; i < 2_000; i++)
        {
            lock (gate)
            {
                counter++;
            }

            seen.AddOrUpdate(i % 10, 1, (_, value) => value + 1);
        }
    }))];
    foreach (Thread thread in threads)
    {
        thread.Start();
    }

    foreach (Thread thread in threads)
    {
        thread.Join();
    }

    return Task.FromResult($"{counter}, {seen.Values.Sum()}");
});

await Step("text", () => Task.FromResult(string.Join(", ",
    string.Create(CultureInfo.InvariantCulture, $"{Math.PI:F10} {double.MaxValue:R} {-0.1f} {1234567.891:N2} {255:X8} {long.MinValue}"),
    new DateTime(2024, 2, 29, 12, 34, 56, DateTimeKind.Utc).ToString("O", CultureInfo.InvariantCulture),
    "Grüße 世界".ToUpperInvariant(),
    Convert.ToHexString("mote"u8))));

await Step("files", () =>
{
    string path = Path.Combine(Path.GetTempPath(), "mote-torture-" + Environment.ProcessId);
    File.WriteAllLines(path, Enumerable.Range(0, 1_000).Select(i => $"line {i}"));
    int length = File.ReadLines(path).Sum(line => line.Length);
    File.Delete(path);
    return Task.FromResult($"{length}, {File.Exists(path)}");
});

Console.Error.WriteLine("all steps done");
return 17;

static async Task Step<T>(string name, Func<Task<T>> body)
{
    try
    {
        Console.WriteLine($"{name}: {await body()}");
    }
    catch (Exception e)
    {
        Console.WriteLine($"{name}: FAILED {e.GetType().Name}: {e.Message}");
    }
}

static long Fibonacci(int n) => n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2);

static async Task Throw(int depth, StringBuilder trace)
{
    await Task.Yield();
    try
    {
        if (depth == 0)
        {
            _ = int.Parse("no number", CultureInfo.InvariantCulture);
        }

        await Throw(depth - 1, trace);
    }
    catch (FormatException e)
    {
        throw new InvalidOperationException($"at {depth}", new FormatException("wrapped", e));
    }
    finally
    {
        trace.Append(CultureInfo.InvariantCulture, $"leave {depth}; ");
    }
}

static string? Nothing(int i) => i < 0 ? "never" : null;

static long Allocate(int seed)
{
    Random random = new(seed);
    List<byte[]> kept = [];
    long sum = 0;
    for (int i = 0; i < 20_000; i++)
    {
        byte[] block = new byte[random.Next(10, 2_000)];
        block[0] = (byte)i;
        if (i % 50 == 0)
        {
            kept.Add(block);
        }

        sum += block[0];
    }

    return sum + kept.Sum(block => block[0]);
}

[System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
static WeakReference<byte[]> MakeGarbage() => new(new byte[100]);

internal sealed class Finalized
{
    private static int s_count;

    ~Finalized() => Interlocked.Increment(ref s_count);

    public static int Count => Volatile.Read(ref s_count);
}
