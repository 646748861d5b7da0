namespace Mote.Kernel.Drivers.Virtio;

/// <summary>Feature bits that are not of one device type (VIRTIO 1.2, 6).</summary>
public static class Features
{
    /// <summary>Events are asked for by ring index instead of all or none (2.7.7.1, 2.7.10.1).</summary>
    public const ulong EventIndex = 1UL << 29;

    /// <summary>The device follows VIRTIO 1.0 or later. Without it a device is not driven.</summary>
    public const ulong Version1 = 1UL << 32;
}
