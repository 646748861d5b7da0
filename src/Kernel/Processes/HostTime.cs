using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// Takes the time of day anew, where the hypervisor tells it, when the machine has stood still: its own clock did not see how long.
/// </summary>
public sealed class HostTime(ProcessHost host) : InterruptHandler
{
    [MayAllocate("a machine is seldom stopped")]
    public override void Handle()
    {
        if (Clock.HostUnixNs is long now and not 0)
        {
            host.SetWallClock(now);
        }
    }
}
