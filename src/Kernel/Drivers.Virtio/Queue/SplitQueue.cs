using System;
using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>
/// A split virtqueue (VIRTIO 1.2, 2.7) of buffers in one or several parts. It trusts nothing that the device writes: which descriptors are in flight and how long their
/// buffers are is kept here and never read back from shared memory; what the device returns is read once and checked against that.
/// </summary>
/// <remarks>
/// Layout in the shared memory, from a 16-byte boundary: descriptors (16 bytes each), available ring (flags, index, entries, used event), used ring
/// (flags, index, entries of 8 bytes, available event). Indices count up and wrap at 2^16.
/// </remarks>
public sealed class SplitQueue
{
    private const int DescriptorBytes = 16;
    private const ushort DescriptorNext = 1;
    private const ushort DescriptorWrite = 2;
    private const ushort NoInterrupt = 1;
    private const ushort NoNotify = 1;

    private readonly DmaRegion _memory;
    private readonly int _descriptors;
    private readonly int _available;
    private readonly int _used;
    private readonly int _mask;
    private readonly bool _hasEventIndex;
    private readonly ushort[] _free;
    private readonly bool[] _isInFlight;
    private readonly uint[] _writable;

    /// <summary>The next descriptor of the same buffer, plus one; kept here, for the device may write over its own.</summary>
    private readonly ushort[] _next;
    private int _freeCount;
    private ushort _nextAvailable;
    private ushort _published;
    private ushort _nextUsed;

    /// <summary>Lays a queue of <paramref name="size"/> entries, a power of two up to 2^15, out in zeroed memory at a multiple of 16.</summary>
    public SplitQueue(DmaRegion memory, int offset, int size, bool hasEventIndex)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (size is < 1 or > 1 << 15 || (size & (size - 1)) != 0 || (offset & (DescriptorBytes - 1)) != 0 || offset > memory.Length - BytesFor(size))
        {
            throw new ArgumentOutOfRangeException(nameof(size));
        }

        _memory = memory;
        _descriptors = offset;
        _available = offset + (size * DescriptorBytes);
        _used = UsedOffset(offset, size);
        _mask = size - 1;
        _hasEventIndex = hasEventIndex;
        _free = new ushort[size];
        _isInFlight = new bool[size];
        _writable = new uint[size];
        _next = new ushort[size];
        for (int i = 0; i < size; i++)
        {
            _free[i] = (ushort)(size - 1 - i);
        }

        _freeCount = size;
    }

    public int Size => _free.Length;

    /// <summary>How many more buffers can be offered.</summary>
    public int FreeCount => _freeCount;

    /// <summary>The token that the next offer will get, so that a buffer may belong to a token; -1 when all are in flight.</summary>
    public int NextToken => _freeCount == 0 ? -1 : _free[_freeCount - 1];

    /// <summary>Descriptors in flight; a buffer has one for each of its parts.</summary>
    public int InFlightCount => unchecked(_free.Length - _freeCount);

    public QueueAddresses Addresses =>
        new(_memory.DeviceAddress + (ulong)_descriptors, _memory.DeviceAddress + (ulong)_available, _memory.DeviceAddress + (ulong)_used);

    /// <summary>Whether the device seems to have given something back; <see cref="TryTake"/> checks it.</summary>
    public bool HasUsed => _memory.Read16(_used + 2) != _nextUsed;

    /// <summary>Bytes of shared memory that a queue needs, a multiple of 16.</summary>
    public static int BytesFor(int size) => (UsedOffset(0, size) + 6 + (size * 8) + 15) & ~15;

    /// <summary>
    /// Puts a buffer into the ring; the device sees it at <see cref="Publish"/>. The token, below <see cref="Size"/>, comes back with the buffer.
    /// False when all descriptors are in flight.
    /// </summary>
    public bool TryOffer(PhysAddr address, int length, BufferUse use, out int token)
    {
        token = -1;
        if (_freeCount == 0)
        {
            return false;
        }

        ushort descriptor = TakeDescriptor(new QueuePart(address, length, use), flags: 0, next: 0);
        MakeAvailable(descriptor, use == BufferUse.DeviceWrites ? (uint)length : 0);
        token = descriptor;
        return true;
    }

    /// <summary>Puts a buffer of several parts into the ring: those that the device reads first. False when there are not as many descriptors.</summary>
    public bool TryOffer(ReadOnlySpan<QueuePart> parts, out int token)
    {
        token = -1;
        if (parts.IsEmpty || parts.Length > _freeCount)
        {
            return false;
        }

        // From the last to the first, so that each knows the next.
        uint writable = 0;
        ushort next = 0;
        bool isLast = true;
        for (int i = unchecked(parts.Length - 1); i >= 0; i = unchecked(i - 1))
        {
            ref readonly QueuePart part = ref parts[i];
            ushort descriptor = TakeDescriptor(in part, isLast ? (ushort)0 : DescriptorNext, next);
            _next[descriptor] = isLast ? (ushort)0 : unchecked((ushort)(next + 1));
            writable += part.Use == BufferUse.DeviceWrites ? (uint)part.Length : 0;
            next = descriptor;
            isLast = false;
        }

        MakeAvailable(next, writable);
        token = next;
        return true;
    }

    /// <summary>Puts the buffer of one part that was taken back last, and no other since, into the ring once more: its descriptor is as it was.</summary>
    public void OfferAgain(int token)
    {
        if (_freeCount == 0 || _free[_freeCount - 1] != token || _isInFlight[token])
        {
            throw new ArgumentOutOfRangeException(nameof(token));
        }

        _freeCount--;
        MakeAvailable((ushort)token, _writable[token]);
    }

    /// <summary>Lets the device see what was offered. True when it wants to be told (a kick).</summary>
    public bool Publish()
    {
        ushort before = _published;
        if (before == _nextAvailable)
        {
            return false;
        }

        // Stores are not reordered on x86 and the write is a release: the entries are visible before the index.
        _memory.Write16(_available + 2, _nextAvailable);
        _published = _nextAvailable;

        // The index must be visible before the device's wish is read, or both sides wait for each other (2.7.13.3.1).
        DmaRegion.FullFence();
        if (!_hasEventIndex)
        {
            return (_memory.Read16(_used) & NoNotify) == 0;
        }

        ushort wanted = _memory.Read16(_used + 4 + (Size * 8));
        return IsReached(wanted, before, _published);
    }

    /// <summary>Takes back one buffer: its token and how many bytes the device wrote into it, at most its length.</summary>
    public TakeResult TryTake(out int token, out int writtenBytes)
    {
        token = -1;
        writtenBytes = 0;
        ushort ahead = unchecked((ushort)(_memory.Read16(_used + 2) - _nextUsed));
        if (ahead == 0)
        {
            return TakeResult.Nothing;
        }

        if (ahead > InFlightCount)
        {
            return TakeResult.Broken;
        }

        // The index was read with acquire: the entry is what the device wrote before it.
        int entry = unchecked(_used + 4 + ((_nextUsed & _mask) * 8));
        uint descriptor = _memory.Read32(entry);
        uint written = _memory.Read32(entry + 4);
        if (descriptor >= (uint)Size || !_isInFlight[descriptor] || written > _writable[descriptor])
        {
            return TakeResult.Broken;
        }

        _nextUsed = unchecked((ushort)(_nextUsed + 1));
        _isInFlight[descriptor] = false;
        token = unchecked((int)descriptor);
        int part = token;
        PutBack(part);
        while (_next[part] is ushort more && more != 0)
        {
            _next[part] = 0;
            part = unchecked(more - 1);
            PutBack(part);
        }

        writtenBytes = unchecked((int)written);
        return TakeResult.Taken;
    }

    /// <summary>Asks for an interrupt at the next used buffer. True when one is there already: look again, the interrupt may not come.</summary>
    public bool EnableInterrupts()
    {
        if (_hasEventIndex)
        {
            _memory.Write16(_available + 4 + (Size * 2), _nextUsed);
        }
        else
        {
            _memory.Write16(_available, 0);
        }

        // The wish must be visible before the index is read again (2.7.7.2).
        DmaRegion.FullFence();
        return HasUsed;
    }

    /// <summary>Asks for no interrupts; some may come all the same.</summary>
    public void DisableInterrupts()
    {
        if (_hasEventIndex)
        {
            // An index that has just been passed is reached again only after 2^16 buffers.
            _memory.Write16(_available + 4 + (Size * 2), unchecked((ushort)(_nextUsed - 1)));
        }
        else
        {
            _memory.Write16(_available, NoInterrupt);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ushort TakeDescriptor(in QueuePart part, ushort flags, ushort next)
    {
        int count = unchecked(_freeCount - 1);
        ushort descriptor = _free[count];
        _freeCount = count;
        int at = unchecked(_descriptors + (descriptor * DescriptorBytes));
        _memory.Write64(at, part.Address.Value);
        uint kind = flags | (part.Use == BufferUse.DeviceWrites ? (uint)DescriptorWrite : 0);
        _memory.Write64(at + 8, unchecked((uint)part.Length) | ((ulong)kind << 32) | ((ulong)next << 48));
        return descriptor;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutBack(int descriptor)
    {
        int count = _freeCount;
        _free[count] = unchecked((ushort)descriptor);
        _freeCount = unchecked(count + 1);
    }

    /// <summary>Puts a buffer's first descriptor into the ring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MakeAvailable(ushort head, uint writableBytes)
    {
        _isInFlight[head] = true;
        _writable[head] = writableBytes;
        _memory.Write16(unchecked(_available + 4 + ((_nextAvailable & _mask) * 2)), head);
        _nextAvailable = unchecked((ushort)(_nextAvailable + 1));
    }

    /// <summary>Whether the step from one index to another passes the event (vring_need_event, 2.7.13.3.1).</summary>
    private static bool IsReached(ushort wanted, ushort before, ushort after) =>
        unchecked((ushort)(after - wanted - 1) < (ushort)(after - before));

    private static int UsedOffset(int offset, int size) => (offset + (size * DescriptorBytes) + 6 + (size * 2) + 3) & ~3;
}
