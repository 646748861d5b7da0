namespace Mote.Kernel.Observe;

/// <summary>What the tool that runs the machine asks of it over the control channel.</summary>
public abstract class ControlListener
{
    /// <summary><c>size ROWS COLUMNS</c>: the terminal's window has another size.</summary>
    public abstract void OnResize(ushort rows, ushort columns);

    /// <summary><c>continue</c>: the tool was continued, as a job of a shell; what the machine has stopped goes on.</summary>
    public abstract void OnContinue();

    /// <summary><c>time NANOSECONDS</c>: the Unix time, as asked for at the start, and again when the host's clock has jumped or the machine stood still.</summary>
    public abstract void OnTime(long unixNs);

    /// <summary><c>listeners</c>: which ports programs listen at.</summary>
    public abstract void OnListeners();

    /// <summary><c>core start</c>: the memory and threads of the first program as a core file, in lines that begin with <c>core</c>.</summary>
    public abstract void OnCoreStart();

    /// <summary><c>core more BYTES</c>: so much more of the core may be sent.</summary>
    public abstract void OnCoreMore(long bytes);

    /// <summary><c>core stop</c>: nobody takes the rest.</summary>
    public abstract void OnCoreStop();

    /// <summary><c>signal NUMBER</c>: the first program gets a signal, from outside of the machine. The number is one of signal(7).</summary>
    public abstract void OnSignal(int signal);
}
