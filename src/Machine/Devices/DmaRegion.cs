using System;
using System.Threading;

namespace Mote.Machine;

/// <summary>
/// Physically contiguous memory that a device may read and write at any time: queues and buffers. It is never given back to the frame
/// allocator, so a device that writes late writes here. What is read from it may change between two reads: read once, then check.
/// </summary>
public sealed unsafe class DmaRegion
{
    private readonly byte* _start;
    private readonly DeviceBytes _bytes;

    private DmaRegion(uint firstFrame, int length)
    {
        _start = PhysicalMemory.Window(firstFrame);
        _bytes = new DeviceBytes(_start, length); // the region is never freed
        DeviceAddress = new PhysAddr((ulong)firstFrame << PageSize.Shift);
        Length = length;
    }

    /// <summary>Where the device sees the region's first byte.</summary>
    public PhysAddr DeviceAddress { get; }

    public int Length { get; }

    /// <summary>Zeroed memory of whole pages, page-aligned. False when no contiguous run is left.</summary>
    public static bool TryAllocate(int length, out DmaRegion? region)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        uint pages = (uint)(PageSize.RoundUp((ulong)length) >> PageSize.Shift);
        uint first = FrameTable.TakeRun(pages, 1, FrameState.Kernel);
        region = first == 0 ? null : new DmaRegion(first, (int)pages * PageSize.Bytes);
        region?.Clear();
        return first != 0;
    }

    public ushort Read16(int offset) => _bytes.Read16(offset);

    public uint Read32(int offset) => _bytes.Read32(offset);

    public void Write16(int offset, ushort value) => _bytes.Write16(offset, value);

    public void Write32(int offset, uint value) => _bytes.Write32(offset, value);

    public void Write64(int offset, ulong value) => _bytes.Write64(offset, value);

    /// <summary>Copies out of the region.</summary>
    public void Read(int offset, Span<byte> destination) => Window(offset, destination.Length).CopyTo(destination);

    /// <summary>Copies into the region.</summary>
    public void Write(int offset, ReadOnlySpan<byte> source) => source.CopyTo(Window(offset, source.Length));

    /// <summary>Orders earlier writes to the region before later reads of it: between publishing an index and reading the device's event field.</summary>
    public static void FullFence() => Interlocked.MemoryBarrier();

    private void Clear() => Window(0, Length).Clear();

    private Span<byte> Window(int offset, int length)
    {
        if (unchecked((uint)offset) > (uint)Length || unchecked((uint)length) > (uint)(Length - offset))
        {
            throw new ArgumentOutOfRangeException(nameof(offset));
        }

        // SAFETY: checked to lie inside the region, which is never freed.
        unsafe
        {
            return new Span<byte>(_start + offset, length);
        }
    }
}
