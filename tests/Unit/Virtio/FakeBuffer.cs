using Mote.Machine;

namespace Mote.Tests.Unit.Virtio;

/// <summary>A buffer as the device sees it.</summary>
internal readonly record struct FakeBuffer(ushort Id, PhysAddr Address, int Length, bool IsWritable);
