namespace Mote.Kernel.Tasks;

/// <summary>A waiter that wakes a thread.</summary>
public sealed class ThreadWaiter(KernelThread thread) : Waiter
{
    public override bool Notify(uint events) => thread.Scheduler.Wake(thread);
}
