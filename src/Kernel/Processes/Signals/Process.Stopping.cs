using Mote.Abi.Linux;
using Mote.Kernel.Tasks;

namespace Mote.Kernel.Processes;

// The process stops and continues as a whole (signal(7); job control of POSIX, XBD 3).
public sealed partial class Process
{
    private readonly WaitQueue _continuation = new();

    /// <summary>The signal that stopped the process; <see cref="Signal.None"/> while it runs.</summary>
    public Signal StopSignal { get; private set; }

    public bool IsStopped => StopSignal != Signal.None;

    /// <summary>
    /// What the sending of a signal does at once, whether it is blocked, caught or ignored: a stop and a SIGCONT drop each other from the queues, SIGCONT lets a stopped
    /// process go on, and SIGKILL reaches it.
    /// </summary>
    internal void PrepareForSignal(Signal signal)
    {
        if (SignalDefaults.IsStopping(signal))
        {
            DropPending(SignalSet.Of(Signal.SIGCONT));
        }
        else if (signal == Signal.SIGCONT)
        {
            DropPending(SignalDefaults.Stopping);
            Continue();
        }
        else if (signal == Signal.SIGKILL)
        {
            Continue();
        }
    }

    /// <summary>A stopping signal's default action: all threads wait on their way back to the program.</summary>
    internal void Stop(Signal signal)
    {
        if (IsStopped || IsEnding)
        {
            return;
        }

        StopSignal = signal;
        foreach (UserThread thread in _threads)
        {
            thread.RequestStop();
        }

        Host.OnStopped(this);
    }

    /// <summary>Waits on the current thread until the process goes on; also ends when the process or this thread ends.</summary>
    internal void WaitForContinuation(UserThread thread)
    {
        while (IsStopped && !thread.IsEnding)
        {
            // Signals that come meanwhile stay noted in the thread's work.
            thread.IsInterruptPending = false;
            _ = _continuation.Wait(Machine.Instant.Never);
        }
    }

    private void Continue()
    {
        if (IsStopped)
        {
            StopSignal = Signal.None;
            _continuation.WakeAll();
        }
    }

    private void DropPending(SignalSet dropped)
    {
        PendingSignals.Remove(dropped);
        foreach (UserThread thread in _threads)
        {
            thread.PendingSignals.Remove(dropped);
        }
    }
}
