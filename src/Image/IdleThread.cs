using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Image;

/// <summary>The context that the machine booted on, which runs when no other thread can.</summary>
internal sealed class IdleThread(Scheduler scheduler) : KernelThread(scheduler, CpuContext.Current)
{
    public override void Run()
    {
    }
}
