using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>One part of a buffer: of a frame, or where the buffer lies in a region, of that.</summary>
public readonly record struct QueuePart(Frame Frame, int Offset, int Length, DeviceAccess Access);
