namespace Mote.Kernel.Tasks;

/// <summary>Why a wait ended.</summary>
public enum WaitResult
{
    /// <summary>Somebody woke the thread; it must look again whether what it waits for holds.</summary>
    Woken,

    /// <summary>The deadline came first.</summary>
    TimedOut,

    /// <summary>A signal or the end of the process wants the thread (EINTR).</summary>
    Interrupted,
}
