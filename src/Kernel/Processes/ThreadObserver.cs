using Mote.Abi.Linux;

namespace Mote.Kernel.Processes;

/// <summary>Sees what happens to threads besides their system calls. A host that has none pays a comparison with null for it.</summary>
public abstract class ThreadObserver
{
    /// <summary>
    /// A thread is about to act on a signal. While somebody observes, signals that do nothing get as far as this too, as they do for a traced process on Linux
    /// (ptrace(2), "Signal-delivery-stop").
    /// </summary>
    public abstract void OnSignal(UserThread thread, in SignalInfo info);

    /// <summary>A signal's default action stops the process; this thread was the one to take it.</summary>
    public abstract void OnStop(UserThread thread, Signal signal);

    /// <summary>A thread is about to end; the status is that of wait(2): its own, or the process's when all end.</summary>
    public abstract void OnExit(UserThread thread, int waitStatus);
}
