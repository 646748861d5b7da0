using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>The interrupt of one queue, by a vector of its own.</summary>
internal sealed class QueueInterrupt(VirtioDevice device, int queue) : InterruptHandler
{
    public override void Handle() => device.HandleQueue(queue);

    public override void OnFlood() => device.StopFlood();
}
