using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>The interrupt of a device's configuration, by a vector of its own.</summary>
internal sealed class ConfigurationInterrupt(VirtioDevice device) : InterruptHandler
{
    public override void Handle() => device.HandleConfiguration();

    public override void OnFlood() => device.StopFlood();
}
