using Mote.Machine;

namespace Mote.Kernel.Tasks;

/// <summary>The deadline of a thread's wait.</summary>
internal sealed class SleepTimer(KernelThread thread) : TimerNode
{
    public override void Expire(Instant now) => thread.Scheduler.WakeWith(thread, WaitResult.TimedOut);
}
