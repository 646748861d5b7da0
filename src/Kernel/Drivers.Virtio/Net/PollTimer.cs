using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>Takes what a burst has left in the receive queue.</summary>
internal sealed class PollTimer(NetworkDevice device, TimerQueue timers) : TimerNode
{
    /// <summary>The program's turn between two bursts, in nanoseconds.</summary>
    private const ulong PauseNs = 50_000;

    public override void Expire(Instant now) => device.Poll();

    public void Arm(Instant now) => timers.Arm(this, now.Plus(PauseNs));
}
