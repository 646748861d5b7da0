using System.Collections.Generic;
using System.Linq;
using Mote.Kernel.Drivers.Virtio;
using Mote.Machine;

namespace Mote.Tests.Unit.Virtio;

/// <summary>The device's side of a queue: honest by default, with ways to lie.</summary>
internal sealed class FakeQueue(DmaMemory memory, QueueAddresses addresses, int size)
{
    private ushort _seen;
    private ushort _used;

    public int Size { get; } = size;

    public ushort AvailableIndex => Read16(addresses.Available + 2);

    public ushort UsedEvent => Read16(addresses.Available + 4 + ((ulong)Size * 2));

    public ushort AvailableFlags => Read16(addresses.Available);

    /// <summary>Buffers offered since the last look, in order.</summary>
    public List<FakeBuffer> TakeAvailable()
    {
        List<FakeBuffer> taken = [];
        while (_seen != AvailableIndex)
        {
            ushort id = Read16(addresses.Available + 4 + ((ulong)(_seen % Size) * 2));
            taken.Add(Describe(id, out _, out _));
            _seen++;
        }

        SetAvailableEvent(_seen);
        return taken;
    }

    /// <summary>The parts of a buffer, the first of which <see cref="TakeAvailable"/> gave.</summary>
    public List<FakeBuffer> PartsOf(FakeBuffer head)
    {
        List<FakeBuffer> parts = [];
        ushort id = head.Id;
        while (true)
        {
            parts.Add(Describe(id, out bool hasNext, out ushort next));
            if (!hasNext)
            {
                return parts;
            }

            id = next;
        }
    }

    public void Complete(uint id, uint length)
    {
        PutUsed(_used, id, length);
        SetUsedIndex(++_used);
    }

    public void PutUsed(ushort position, uint id, uint length)
    {
        PhysAddr at = addresses.Used + 4 + ((ulong)(position % Size) * 8);
        Write32(at, id);
        Write32(at + 4, length);
    }

    public void SetUsedIndex(ushort value) => Write16(addresses.Used + 2, value);

    public void SetUsedFlags(ushort value) => Write16(addresses.Used, value);

    public void SetAvailableEvent(ushort value) => Write16(addresses.Used + 4 + ((ulong)Size * 8), value);

    public byte[] ReadBytes(PhysAddr address, int length)
    {
        byte[] bytes = new byte[length];
        (DmaRegion region, int offset) = Find(address);
        region.Read(offset, bytes);
        return bytes;
    }

    public void WriteBytes(PhysAddr address, byte[] bytes)
    {
        (DmaRegion region, int offset) = Find(address);
        region.Write(offset, bytes);
    }

    private FakeBuffer Describe(ushort id, out bool hasNext, out ushort next)
    {
        DmaTable table = memory.Tables.Single(each => each.DeviceAddress == addresses.Descriptors);
        (PhysAddr address, ulong rest) = table.Read(id);
        hasNext = (rest >> 32 & 1) != 0;
        next = (ushort)(rest >> 48);
        return new FakeBuffer(id, address, (int)(rest & uint.MaxValue), (rest >> 32 & 2) != 0);
    }

    private ushort Read16(PhysAddr address)
    {
        (DmaRegion region, int offset) = Find(address);
        return region.Read16(offset);
    }

    private uint Read32(PhysAddr address)
    {
        (DmaRegion region, int offset) = Find(address);
        return region.Read32(offset);
    }

    private void Write16(PhysAddr address, ushort value)
    {
        (DmaRegion region, int offset) = Find(address);
        region.Write16(offset, value);
    }

    private void Write32(PhysAddr address, uint value)
    {
        (DmaRegion region, int offset) = Find(address);
        region.Write32(offset, value);
    }

    private (DmaRegion Region, int Offset) Find(PhysAddr address)
    {
        foreach (DmaRegion region in memory.Regions)
        {
            if (address.Value >= region.DeviceAddress.Value && address.Value < region.DeviceAddress.Value + (ulong)region.Length)
            {
                return (region, (int)(address.Value - region.DeviceAddress.Value));
            }
        }

        throw new KeyNotFoundException($"{address} is not memory that the driver gave the device.");
    }
}
