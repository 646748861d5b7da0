// Ends in the way that its argument names.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.WriteLine("the process exits");
AppDomain.CurrentDomain.UnhandledException += (_, e) => Console.WriteLine($"unhandled: {e.ExceptionObject.GetType().Name}, terminating: {e.IsTerminating}");
Console.WriteLine($"about to end by {args[0]}");
switch (args[0])
{
    case "return":
        return 42;
    case "exit":
        Task.Run(() => Environment.Exit(43)).Wait();
        return 0;
    case "unhandled":
        throw new InvalidOperationException("nobody catches this", new FormatException("nor this"));
    case "thread":
        Thread thread = new(() => throw new InvalidOperationException("on a thread"));
        thread.Start();
        thread.Join();
        return 0;
    case "task":
        await Task.Run(() => throw new InvalidOperationException("in a task"));
        return 0;
    case "null":
        return Length(args.Length > 9 ? "" : null);
    case "overflow":
        return (int)Deeper(1);
    case "overflow on a thread":
        Thread small = new(() => Deeper(1), 256 * 1024);
        small.Start();
        small.Join();
        return 0;
    case "fail fast":
        Environment.FailFast("because of this");
        return 0;
    case "access violation":
        return Marshal.ReadInt32(unchecked((nint)0x123456789000));
    case "out of memory":
        return Caught(() => new byte[0x7fffffc7].Length + new long[0x7fffffc7].Length + new Guid[0x7fffffc7].Length);
    case "caught":
        return Caught(() => Length(null)) + Caught(() => ((object)"text" as int[])!.Length) + Caught(() => (int)(object)"text");
    default:
        return 99;
}

[MethodImpl(MethodImplOptions.NoInlining)]
static int Length(string? text) => text!.Length;

[MethodImpl(MethodImplOptions.NoInlining)]
static long Deeper(long depth)
{
    if (depth < 0)
    {
        return depth;
    }

    return Deeper(depth + 1) + depth;
}

static int Caught(Func<int> action)
{
    try
    {
        return action();
    }
    catch (Exception e)
    {
        Console.WriteLine($"caught {e.GetType().Name}: {e.Message}");
        return 1;
    }
}
