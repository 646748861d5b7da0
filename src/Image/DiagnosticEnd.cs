using Mote.Kernel.Observe;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Image;

/// <summary>After the program's end: lets its last events reach the tools that listen, which they do by the end of their sessions. A tool that takes nothing for two seconds is waited for no longer.</summary>
internal sealed class DiagnosticEnd(DiagnosticRelay relay, ConsolePort port, Scheduler scheduler) : TimerNode
{
    private const ulong LookNs = 10_000_000;
    private const ulong PatienceNs = 2_000_000_000;

    private Instant _end;
    private bool _isDone;

    public void Wait()
    {
        if (relay.IsIdle)
        {
            return;
        }

        _end = Clock.Now.Plus(PatienceNs);
        Expire(Clock.Now);
        scheduler.RunIdle(() => _isDone);
        _ = port.Drain(_end); // false when the tool has gone
    }

    public override void Expire(Instant now)
    {
        _isDone = relay.IsIdle || now >= _end;
        if (!_isDone)
        {
            scheduler.Timers.Arm(this, now.Plus(LookNs));
        }
    }
}
