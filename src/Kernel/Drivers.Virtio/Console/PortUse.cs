namespace Mote.Kernel.Drivers.Virtio;

/// <summary>What a port is opened for: receive buffers cost memory only where something is read.</summary>
public enum PortUse
{
    Output,
    Input,
}
