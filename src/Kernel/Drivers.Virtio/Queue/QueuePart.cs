using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>One part of a buffer, contiguous in memory.</summary>
public readonly record struct QueuePart(PhysAddr Address, int Length, BufferUse Use);
