using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Image;

/// <summary>
/// After the program's end: lets what it has sent leave, and what was closed be acknowledged, as a kernel that goes on running would. Peers that are silent for five seconds, or have not taken
/// everything after a minute, are waited for no longer; nor is anyone once the tool has sent SIGKILL.
/// </summary>
internal sealed class NetworkEnd(Network network, Scheduler scheduler, MachineControl? control) : TimerNode
{
    private const ulong LookNs = 1_000_000;
    private const ulong PatienceNs = 5_000_000_000;
    private const ulong LongestNs = 60_000_000_000;

    private long _left = long.MaxValue;
    private Instant _lastProgress;
    private Instant _end;
    private bool _isDone;

    public void Wait()
    {
        if (network.Made is not { } stack)
        {
            return;
        }

        _end = Clock.Now.Plus(LongestNs);
        Look(stack, Clock.Now);
        if (!_isDone)
        {
            scheduler.RunIdle(() => _isDone);
        }
    }

    public override void Expire(Instant now) => Look(network.Made!, now);

    private void Look(NetStack stack, Instant now)
    {
        Unfinished found = stack.FindUnfinished();
        if (found.Left < _left)
        {
            _left = found.Left;
            _lastProgress = now;
        }

        if (found.LastHeard > _lastProgress)
        {
            _lastProgress = found.LastHeard; // it lives, but has no room
        }

        _isDone = found.Left == 0 || control is { IsInHaste: true } || now.Since(_lastProgress) >= PatienceNs || now >= _end;
        if (!_isDone)
        {
            scheduler.Timers.Arm(this, now.Plus(LookNs));
        }
    }
}
