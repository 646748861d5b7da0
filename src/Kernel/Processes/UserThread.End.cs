namespace Mote.Kernel.Processes;

// The end of a thread.
public sealed partial class UserThread
{
    /// <summary>Ends this, the running thread. The last thread of a process ends the process. Never returns.</summary>
    internal void End()
    {
        Process.Remove(this);
        Scheduler.Exit();
    }
}
