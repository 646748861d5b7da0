using Mote.Abi.Linux;

namespace Mote.Kernel.Processes;

/// <summary>Where the core of a program goes that a signal ends.</summary>
public abstract class CoreSink
{
    /// <summary>
    /// A signal whose default is a core (signal(7)) is about to end the current thread's process, which stands still for the time of the
    /// call.
    /// </summary>
    public abstract void Write(UserThread thread, in SignalInfo info);
}
