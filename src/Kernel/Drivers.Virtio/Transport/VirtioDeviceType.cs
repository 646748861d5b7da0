namespace Mote.Kernel.Drivers.Virtio;

/// <summary>Device types (VIRTIO 1.2, 5). Only those that have a driver here are named.</summary>
public enum VirtioDeviceType : uint
{
    /// <summary>A place for a device in which there is none.</summary>
    None = 0,
    Network = 1,
    Console = 3,
    Entropy = 4,
}
