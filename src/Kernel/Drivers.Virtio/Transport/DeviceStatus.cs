namespace Mote.Kernel.Drivers.Virtio;

/// <summary>Bits of the device status field (VIRTIO 1.2, 2.1).</summary>
internal static class DeviceStatus
{
    internal const byte Reset = 0;
    internal const byte Acknowledge = 1;
    internal const byte Driver = 2;
    internal const byte DriverOk = 4;
    internal const byte FeaturesOk = 8;
    internal const byte NeedsReset = 64;
    internal const byte Failed = 128;
}
