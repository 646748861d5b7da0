using Mote.Kernel.Tasks;

namespace Mote.Kernel.Observe;

/// <summary>Moves what the diagnostics port and the program's socket have for each other.</summary>
internal sealed class DiagnosticThread(Scheduler scheduler, ContextSlot slot, DiagnosticRelay relay) : KernelThread(scheduler, slot)
{
    public override void Run()
    {
        while (true)
        {
            relay.MoveOrWait();
            Scheduler.Yield();
        }
    }
}
