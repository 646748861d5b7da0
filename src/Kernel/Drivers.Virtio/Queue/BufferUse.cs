namespace Mote.Kernel.Drivers.Virtio;

/// <summary>What the device may do with a buffer.</summary>
public enum BufferUse
{
    DeviceReads,
    DeviceWrites,
}
