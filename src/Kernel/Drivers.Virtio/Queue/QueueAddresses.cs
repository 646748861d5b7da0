using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>Where the three parts of a split queue are (VIRTIO 1.2, 2.7).</summary>
public readonly record struct QueueAddresses(PhysAddr Descriptors, PhysAddr Available, PhysAddr Used);
