using System;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>
/// The descriptors of a split queue (VIRTIO 1.2, 2.7.5): where a device reads and writes. A table is memory of its own that only these methods write, and each names part of what may be a
/// device's: of a <see cref="DmaRegion"/>, or of a frame. So what an honest device writes goes nowhere else, whatever a driver computes.
/// </summary>
public sealed class DmaTable
{
    /// <summary>Size of a descriptor.</summary>
    public const int EntryBytes = 16;

    private const ulong Next = 1;
    private const ulong Write = 2;

    private readonly DmaRegion _memory;

    private DmaTable(DmaRegion memory, int count)
    {
        _memory = memory;
        Count = count;
    }

    /// <summary>Descriptors.</summary>
    public int Count { get; }

    /// <summary>Where the device sees the first.</summary>
    public PhysAddr DeviceAddress => _memory.DeviceAddress;

    /// <summary>Zeroed descriptors. False when there is no memory.</summary>
    public static bool TryAllocate(int count, out DmaTable? table)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        table = DmaRegion.TryAllocate(count * EntryBytes, out DmaRegion? memory) ? new DmaTable(memory!, count) : null;
        return table != null;
    }

    /// <summary>Lets the device read or write a part of a region, which is never freed. The part after it in the same buffer has descriptor <paramref name="next"/>; -1 is none.</summary>
    public void Set(int index, DmaRegion region, int offset, int length, DeviceAccess access, int next)
    {
        ArgumentNullException.ThrowIfNull(region);
        if (unchecked((ulong)(uint)offset + (uint)length) > (ulong)region.Length)
        {
            ThrowOutside();
        }

        Store(index, unchecked(region.DeviceAddress.Value + (uint)offset), length, access, next);
    }

    /// <summary>
    /// Lets the device read or write a part of a frame. To be written it must be a device's for ever (<see cref="Frame.GiveToDevices"/>), for a device may write late. One that is read may be given
    /// back while the device has it: the device then reads what is there by then.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int index, Frame frame, int offset, int length, DeviceAccess access, int next)
    {
        if (frame.IsNone || unchecked((ulong)(uint)offset + (uint)length) > PageSize.Bytes || (access == DeviceAccess.Write && !frame.IsDevices))
        {
            ThrowOutside();
        }

        Store(index, unchecked(frame.DeviceAddress.Value + (uint)offset), length, access, next);
    }

    /// <summary>What a descriptor says: the address and the word with length, flags and next.</summary>
    public (PhysAddr Address, ulong Word) Read(int index) =>
        (new PhysAddr(_memory.Read32(index * EntryBytes) | ((ulong)_memory.Read32((index * EntryBytes) + 4) << 32)),
        _memory.Read32((index * EntryBytes) + 8) | ((ulong)_memory.Read32((index * EntryBytes) + 12) << 32));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(int index, ulong address, int length, DeviceAccess access, int next)
    {
        // The region's own check is that of the index: it is whole pages, and what is behind the last descriptor is nobody's.
        ulong flags = (access == DeviceAccess.Write ? Write : 0) | (next >= 0 ? Next : 0);
        unchecked
        {
            _memory.WritePair(index * EntryBytes, address, (uint)length | (flags << 32) | ((ulong)(ushort)next << 48));
        }
    }

    private static void ThrowOutside() => throw new ArgumentOutOfRangeException("offset");
}
