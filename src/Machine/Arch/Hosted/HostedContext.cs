using System.Threading;

namespace Mote.Machine;

/// <summary>A context on the desktop runtime: an operating-system thread that runs only while it holds the baton.</summary>
internal sealed class HostedContext
{
    private readonly SemaphoreSlim _baton = new(0);
    private readonly Thread? _thread;

    internal HostedContext(CpuContext context, ContextBody body)
    {
        _ = body;
        _thread = new Thread(() =>
        {
            _baton.Wait();
            context.RunBody();
        })
        {
            IsBackground = true,
            Name = "mote context",
        };
        _thread.Start();
    }

    private HostedContext()
    {
    }

    internal static HostedContext AdoptCurrentThread() => new();

    internal static void Switch(HostedContext from, HostedContext to)
    {
        to._baton.Release();
        from._baton.Wait();
    }

    /// <summary>A context that has switched away for good stays parked; background threads end with the process.</summary>
    internal void Abandon()
    {
    }
}
