using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;

namespace Mote.Kernel.Observe;

/// <summary>Makes one core of a process that goes on afterwards.</summary>
internal sealed class CoreThread(Scheduler scheduler, ContextSlot slot, CoreDumper dumper, Process process) : KernelThread(scheduler, slot)
{
    public override void Run()
    {
        dumper.Dump(process, null, default);
        Scheduler.Exit();
    }
}
