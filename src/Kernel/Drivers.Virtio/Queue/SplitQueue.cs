using System;
using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>
/// A split virtqueue (VIRTIO 1.2, 2.7) of buffers in one or several parts. It trusts nothing that the device writes: which descriptors are in flight and how long their
/// buffers are is kept here and never read back from shared memory; what the device returns is read once and checked against that.
/// </summary>
/// <remarks>
/// Layout in the shared memory, from a 16-byte boundary: available ring (flags, index, entries, used event), used ring
/// (flags, index, entries of 8 bytes, available event). Indices count up and wrap at 2^16. The descriptors are a table of their own, which lets the device have nothing but its own memory.
/// </remarks>
public sealed class SplitQueue
{
    private const int Alignment = 16;
    private const ushort NoInterrupt = 1;
    private const ushort NoNotify = 1;

    private readonly DmaRegion _memory;
    private readonly DmaTable _descriptors;
    private readonly int _available;
    private readonly int _used;
    private readonly int _usedEvent;
    private readonly int _availableEvent;
    private readonly int _mask;
    private readonly bool _hasEventIndex;
    private readonly ushort[] _free;
    private readonly Slot[] _slots;
    private int _freeCount;
    private ushort _nextAvailable;
    private ushort _published;
    private ushort _nextUsed;

    /// <summary>Makes a queue of as many entries as there are descriptors, a power of two up to 2^15; its rings lie in zeroed memory at a multiple of 16.</summary>
    public SplitQueue(DmaTable descriptors, DmaRegion memory, int offset, bool hasEventIndex)
    {
        ArgumentNullException.ThrowIfNull(descriptors);
        ArgumentNullException.ThrowIfNull(memory);
        int size = descriptors.Count;
        if (size is < 1 or > 1 << 15 || (size & (size - 1)) != 0 || (offset & (Alignment - 1)) != 0 || offset > memory.Length - BytesFor(size))
        {
            throw new ArgumentOutOfRangeException(nameof(offset));
        }

        _memory = memory;
        _descriptors = descriptors;
        _available = offset;
        _used = UsedOffset(offset, size);
        _usedEvent = _available + 4 + (size * 2);
        _availableEvent = _used + 4 + (size * 8);
        _mask = size - 1;
        _hasEventIndex = hasEventIndex;
        _free = new ushort[size];
        _slots = new Slot[size];
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
        new(_descriptors.DeviceAddress, _memory.DeviceAddress + (ulong)_available, _memory.DeviceAddress + (ulong)_used);

    /// <summary>Whether the device seems to have given something back; <see cref="TryTake"/> checks it.</summary>
    public bool HasUsed => _memory.Read16(unchecked(_used + 2)) != _nextUsed;

    /// <summary>Bytes of shared memory that a queue's rings need, a multiple of 16.</summary>
    public static int BytesFor(int size) => (UsedOffset(0, size) + 6 + (size * 8) + 15) & ~15;

    /// <summary>
    /// Puts a part of a region into the ring; the device sees it at <see cref="Publish"/>. The token, below <see cref="Size"/>, comes back with the buffer.
    /// False when all descriptors are in flight.
    /// </summary>
    public bool TryOffer(DmaRegion region, int offset, int length, DeviceAccess access, out int token)
    {
        token = -1;
        if (_freeCount == 0)
        {
            return false;
        }

        token = _free[unchecked(_freeCount - 1)];
        _descriptors.Set(token, region, offset, length, access, next: -1);
        _freeCount = unchecked(_freeCount - 1);
        MakeAvailable(unchecked((ushort)token), access == DeviceAccess.Write ? (uint)length : 0);
        return true;
    }

    /// <summary>The same with a part of a frame, which must be the device's for ever if it may write.</summary>
    public bool TryOffer(Frame frame, int offset, int length, DeviceAccess access, out int token)
    {
        token = -1;
        if (_freeCount == 0)
        {
            return false;
        }

        token = _free[unchecked(_freeCount - 1)];
        _descriptors.Set(token, frame, offset, length, access, next: -1);
        _freeCount = unchecked(_freeCount - 1);
        MakeAvailable(unchecked((ushort)token), access == DeviceAccess.Write ? (uint)length : 0);
        return true;
    }

    /// <summary>Puts a buffer of parts of frames into the ring: those that the device reads first. False when there are not as many descriptors.</summary>
    public bool TryOffer(ReadOnlySpan<QueuePart> parts, out int token)
    {
        token = -1;
        if (parts.IsEmpty || parts.Length > _freeCount)
        {
            return false;
        }

        // From the last to the first, so that each knows the next.
        uint writable = 0;
        int next = -1;
        for (int i = unchecked(parts.Length - 1); i >= 0; i = unchecked(i - 1))
        {
            ref readonly QueuePart part = ref parts[i];
            ushort descriptor = _free[unchecked(_freeCount - 1)];
            _descriptors.Set(descriptor, part.Frame, part.Offset, part.Length, part.Access, next);
            next = Chain(descriptor, next);
            writable = unchecked(writable + (part.Access == DeviceAccess.Write ? (uint)part.Length : 0));
        }

        MakeAvailable(unchecked((ushort)next), writable);
        token = next;
        return true;
    }

    /// <summary>The same with parts of a region; their frames mean nothing.</summary>
    public bool TryOffer(DmaRegion region, ReadOnlySpan<QueuePart> parts, out int token)
    {
        token = -1;
        if (parts.IsEmpty || parts.Length > _freeCount)
        {
            return false;
        }

        uint writable = 0;
        int next = -1;
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            ref readonly QueuePart part = ref parts[i];
            ushort descriptor = _free[_freeCount - 1];
            _descriptors.Set(descriptor, region, part.Offset, part.Length, part.Access, next);
            next = Chain(descriptor, next);
            writable += part.Access == DeviceAccess.Write ? (uint)part.Length : 0;
        }

        MakeAvailable((ushort)next, writable);
        token = next;
        return true;
    }

    /// <summary>Puts the buffer of one part that was taken back last, and no other since, into the ring once more: its descriptor is as it was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void OfferAgain(int token)
    {
        int count = unchecked(_freeCount - 1);
        if (unchecked((uint)count) >= (uint)_free.Length || _free[count] != token || _slots[token].IsInFlight)
        {
            throw new ArgumentOutOfRangeException(nameof(token));
        }

        _freeCount = count;
        MakeAvailable(unchecked((ushort)token), _slots[token].Writable);
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
        _memory.Write16(unchecked(_available + 2), _nextAvailable);
        _published = _nextAvailable;

        // The index must be visible before the device's wish is read, or both sides wait for each other (2.7.13.3.1).
        DmaRegion.FullFence();
        if (!_hasEventIndex)
        {
            return (_memory.Read16(_used) & NoNotify) == 0;
        }

        ushort wanted = _memory.Read16(_availableEvent);
        return IsReached(wanted, before, _published);
    }

    /// <summary>Takes back one buffer: its token and how many bytes the device wrote into it, at most its length.</summary>
    public TakeResult TryTake(out int token, out int writtenBytes)
    {
        token = -1;
        writtenBytes = 0;
        ushort ahead = unchecked((ushort)(_memory.Read16(unchecked(_used + 2)) - _nextUsed));
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
        uint written = _memory.Read32(unchecked(entry + 4));
        Slot[] slots = _slots;
        if (descriptor >= (uint)slots.Length)
        {
            return TakeResult.Broken;
        }

        ref Slot slot = ref slots[descriptor];
        if (!slot.IsInFlight || written > slot.Writable)
        {
            return TakeResult.Broken;
        }

        _nextUsed = unchecked((ushort)(_nextUsed + 1));
        slot.IsInFlight = false;
        token = unchecked((int)descriptor);
        PutBack(token);
        while (slot.Next != 0)
        {
            int part = unchecked(slot.Next - 1);
            slot.Next = 0;
            slot = ref slots[part];
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
            _memory.Write16(_usedEvent, _nextUsed);
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
            _memory.Write16(_usedEvent, unchecked((ushort)(_nextUsed - 1)));
        }
        else
        {
            _memory.Write16(_available, NoInterrupt);
        }
    }

    /// <summary>Takes the descriptor on top of the free ones into a buffer, before the part that was its first so far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Chain(ushort descriptor, int next)
    {
        _freeCount = unchecked(_freeCount - 1);
        _slots[descriptor].Next = unchecked((ushort)(next + 1));
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
        ref Slot slot = ref _slots[head];
        slot.IsInFlight = true;
        slot.Writable = writableBytes;
        _memory.Write16(unchecked(_available + 4 + ((_nextAvailable & _mask) * 2)), head);
        _nextAvailable = unchecked((ushort)(_nextAvailable + 1));
    }

    /// <summary>What is known of a descriptor; kept here, for the device may write over its own.</summary>
    private struct Slot
    {
        /// <summary>Bytes of the whole buffer that the device may write, of a buffer's first descriptor.</summary>
        public uint Writable;

        /// <summary>The next descriptor of the same buffer, plus one.</summary>
        public ushort Next;

        /// <summary>Whether the device has the buffer of which this is the first descriptor.</summary>
        public bool IsInFlight;
    }

    /// <summary>Whether the step from one index to another passes the event (vring_need_event, 2.7.13.3.1).</summary>
    private static bool IsReached(ushort wanted, ushort before, ushort after) =>
        unchecked((ushort)(after - wanted - 1) < (ushort)(after - before));

    private static int UsedOffset(int offset, int size) => (offset + 6 + (size * 2) + 3) & ~3;
}
