using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Mote.Machine;

/// <summary>
/// Physically contiguous memory that a device may read and write at any time: queues and buffers. It is never given back to the frame
/// allocator, so a device that writes late writes here. What is read from it may change between two reads: read once, then check.
/// </summary>
public sealed unsafe class DmaRegion
{
    private readonly byte* _start;
    private readonly uint _lastByte;

    private DmaRegion(uint firstFrame, int length)
    {
        _start = PhysicalMemory.Window(firstFrame);
        _lastByte = (uint)(length - 1); // whole pages, so more than any access
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

    // Memory, unlike a device's registers, may be read in any width, so these may be inlined (DeviceBytes says why registers may not); each is one access all the same.

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort Read16(int offset)
    {
        // SAFETY: At lets only aligned addresses of the region through, which is never freed. The same holds for the other accessors.
        unsafe
        {
            return Volatile.Read(ref *(ushort*)At(offset, 2));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Read32(int offset)
    {
        // SAFETY: as in Read16.
        unsafe
        {
            return Volatile.Read(ref *(uint*)At(offset, 4));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write16(int offset, ushort value)
    {
        // SAFETY: as in Read16.
        unsafe
        {
            Volatile.Write(ref *(ushort*)At(offset, 2), value);
        }
    }

    public void Write32(int offset, uint value)
    {
        // SAFETY: as in Read16.
        unsafe
        {
            Volatile.Write(ref *(uint*)At(offset, 4), value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write64(int offset, ulong value)
    {
        // SAFETY: as in Read16.
        unsafe
        {
            Volatile.Write(ref *(ulong*)At(offset, 8), value);
        }
    }

    /// <summary>Two words one after the other, at a multiple of 16: a descriptor of a queue.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WritePair(int offset, ulong first, ulong second)
    {
        // SAFETY: as in Read16, for both words.
        unsafe
        {
            byte* start = At(offset, 16);
            Volatile.Write(ref *(ulong*)start, first);
            Volatile.Write(ref *(ulong*)(start + 8), second);
        }
    }

    /// <summary>Copies out of the region.</summary>
    public void Read(int offset, Span<byte> destination) => Window(offset, destination.Length).CopyTo(destination);

    /// <summary>Copies into the region.</summary>
    public void Write(int offset, ReadOnlySpan<byte> source) => source.CopyTo(Window(offset, source.Length));

    /// <summary>Orders earlier writes to the region before later reads of it: between publishing an index and reading the device's event field.</summary>
    public static void FullFence() => Interlocked.MemoryBarrier();

    private void Clear() => Window(0, Length).Clear();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* At(int offset, int size)
    {
        // One comparison for both: turned right, bits that are set in a misaligned offset make it larger than any element's number. The region is whole pages.
        int shift = BitOperations.Log2((uint)size);
        if (BitOperations.RotateRight(unchecked((uint)offset), shift) > _lastByte >> shift)
        {
            ThrowOutside();
        }

        return _start + unchecked((uint)offset);
    }

    private static void ThrowOutside() => throw new ArgumentOutOfRangeException("offset");

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
