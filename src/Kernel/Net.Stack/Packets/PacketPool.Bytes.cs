using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// What is done with rows of bytes. Lengths and offsets are bounded by pages and by the pool's size, so nothing here can overflow; unchecked sums say so, because this is done for each packet
// several times (ADR 0021).
public sealed partial class PacketPool
{
    /// <summary>Adds part of a page at the end; the list takes over the caller's reference. False, with nothing changed, when the nodes have run out.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAppend(ref ByteList list, PacketPart part)
    {
        int end = unchecked(part.Offset + part.Length);
        if (end > _filled[part.Page])
        {
            _filled[part.Page] = (ushort)end;
        }

        if (list.Tail != 0)
        {
            // What continues the last part of the same page needs no node.
            ref Node tail = ref _nodes[list.Tail - 1];
            if (tail.Page == part.Page && unchecked(tail.Offset + tail.Length) == part.Offset)
            {
                tail.Length = unchecked((ushort)(tail.Length + part.Length));
                list.Length = unchecked(list.Length + part.Length);
                ReleasePage(part.Page);
                return true;
            }
        }

        if (_freeNodes == 0)
        {
            return false;
        }

        int node = _freeNodes;
        ref Node taken = ref _nodes[unchecked(node - 1)];
        _freeNodes = taken.Next;
        taken.Page = part.Page;
        taken.Next = 0;
        taken.Offset = unchecked((ushort)part.Offset);
        taken.Length = unchecked((ushort)part.Length);
        if (list.Tail == 0)
        {
            list.Head = node;
        }
        else
        {
            _nodes[unchecked(list.Tail - 1)].Next = node;
        }

        list.Tail = node;
        list.Length = unchecked(list.Length + part.Length);
        return true;
    }

    /// <summary>Moves all of one list to the end of another.</summary>
    [AllocationFree]
    public void Concatenate(ref ByteList list, ref ByteList more)
    {
        if (more.Head == 0)
        {
            return;
        }

        if (list.Tail == 0)
        {
            list = more;
        }
        else
        {
            _nodes[list.Tail - 1].Next = more.Head;
            list.Tail = more.Tail;
            list.Length += more.Length;
        }

        more = default;
    }

    /// <summary>The free room behind the last byte, which nobody else writes; takes a new page when there is none. False when memory has run out.</summary>
    [AllocationFree]
    public bool TryGetRoom(ref ByteList list, out PacketPart room)
    {
        if (list.Tail != 0)
        {
            ref Node tail = ref _nodes[unchecked(list.Tail - 1)];
            int end = unchecked(tail.Offset + tail.Length);
            if (end < PageSize.Bytes && _filled[tail.Page] == end)
            {
                room = new PacketPart(tail.Page, end, unchecked(PageSize.Bytes - end));
                return true;
            }
        }

        if (!TryTakePage(out int page))
        {
            room = default;
            return false;
        }

        room = new PacketPart(page, 0, PageSize.Bytes);
        if (TryAppend(ref list, room with { Length = 0 }))
        {
            return true;
        }

        ReleasePage(page);
        return false;
    }

    /// <summary>Counts bytes that were written to the room which <see cref="TryGetRoom"/> gave.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Commit(ref ByteList list, int count)
    {
        // The count is the caller's: it is checked against the page, and the rest follows.
        ref Node tail = ref _nodes[unchecked(list.Tail - 1)];
        int length = unchecked(tail.Length + count);
        int end = unchecked(tail.Offset + length);
        if (unchecked((uint)length) > PageSize.Bytes || unchecked((uint)end) > PageSize.Bytes)
        {
            throw new ArgumentOutOfRangeException(nameof(count));
        }

        tail.Length = unchecked((ushort)length);
        _filled[tail.Page] = unchecked((ushort)end);
        list.Length = unchecked(list.Length + count);
    }

    /// <summary>Drops bytes from the front.</summary>
    [AllocationFree]
    public void TrimFront(ref ByteList list, int count)
    {
        list.Length = unchecked(list.Length - count);
        while (list.Head != 0)
        {
            ref Node head = ref _nodes[unchecked(list.Head - 1)];
            if (count < head.Length)
            {
                head.Offset = unchecked((ushort)(head.Offset + count));
                head.Length = unchecked((ushort)(head.Length - count));
                return;
            }

            count = unchecked(count - head.Length);
            int node = list.Head;
            list.Head = head.Next;
            FreeNode(node);
            if (list.Head == 0)
            {
                list.Tail = 0;
            }
        }

        Debug.Assert(count == 0);
    }

    /// <summary>Drops bytes from the end.</summary>
    [AllocationFree]
    public void TrimBack(ref ByteList list, int count)
    {
        int keep = list.Length - count;
        if (keep == 0)
        {
            Clear(ref list);
            return;
        }

        list.Length = keep;
        int node = list.Head;
        while (keep > _nodes[node - 1].Length)
        {
            keep -= _nodes[node - 1].Length;
            node = _nodes[node - 1].Next;
        }

        _nodes[node - 1].Length = (ushort)keep;
        int rest = _nodes[node - 1].Next;
        _nodes[node - 1].Next = 0;
        list.Tail = node;
        while (rest != 0)
        {
            int next = _nodes[rest - 1].Next;
            FreeNode(rest);
            rest = next;
        }
    }

    [AllocationFree]
    public void Clear(ref ByteList list)
    {
        int node = list.Head;
        while (node != 0)
        {
            int next = _nodes[unchecked(node - 1)].Next;
            FreeNode(node);
            node = next;
        }

        list = default;
    }

    /// <summary>The part that begins at an offset, which lies in the list.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PacketPart PartAt(in ByteList list, int offset)
    {
        int node = list.Head;
        while (true)
        {
            ref Node found = ref _nodes[unchecked(node - 1)];
            if (offset < found.Length)
            {
                return unchecked(new PacketPart(found.Page, found.Offset + offset, found.Length - offset));
            }

            offset = unchecked(offset - found.Length);
            node = found.Next;
        }
    }

    /// <summary>
    /// Adds bytes of another list by reference, without copying them. False when nodes have run out, or nobody can have another share of a
    /// page; <paramref name="to"/> then has a part of them.
    /// </summary>
    [AllocationFree]
    public bool TryShare(in ByteList from, int offset, int length, ref ByteList to)
    {
        int node = from.Head;
        while (length > 0)
        {
            ref Node part = ref _nodes[unchecked(node - 1)];
            if (offset >= part.Length)
            {
                offset = unchecked(offset - part.Length);
            }
            else
            {
                int count = Math.Min(length, unchecked(part.Length - offset));
                if (!TryAddReference(part.Page))
                {
                    return false;
                }

                if (!TryAppend(ref to, new PacketPart(part.Page, unchecked(part.Offset + offset), count)))
                {
                    ReleasePage(part.Page);
                    return false;
                }

                length = unchecked(length - count);
                offset = 0;
            }

            node = part.Next;
        }

        return true;
    }

    /// <summary>Copies bytes out; returns how many there were.</summary>
    [AllocationFree]
    public int Read(in ByteList list, int offset, Span<byte> to)
    {
        int done = 0;
        for (int node = list.Head; node != 0 && done < to.Length; node = _nodes[node - 1].Next)
        {
            ref Node part = ref _nodes[node - 1];
            if (offset >= part.Length)
            {
                offset -= part.Length;
                continue;
            }

            int count = Math.Min(to.Length - done, part.Length - offset);
            _frames[part.Page].Read(part.Offset + offset, to.Slice(done, count));
            done += count;
            offset = 0;
        }

        return done;
    }

    /// <summary>Copies bytes to the end. False when memory has run out; a part may have been added then.</summary>
    [AllocationFree]
    public bool TryWrite(ref ByteList list, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (!TryGetRoom(ref list, out PacketPart room))
            {
                return false;
            }

            int count = Math.Min(bytes.Length, room.Length);
            _frames[room.Page].Write(room.Offset, bytes[..count]);
            Commit(ref list, count);
            bytes = bytes[count..];
        }

        return true;
    }

    /// <summary>The first part's node and the next of one, plus one; zero at the end.</summary>
    internal int NextNode(int node) => _nodes[unchecked(node - 1)].Next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal PacketPart PartOf(int node)
    {
        ref Node part = ref _nodes[unchecked(node - 1)];
        return new PacketPart(part.Page, part.Offset, part.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FreeNode(int node)
    {
        ref Node freed = ref _nodes[unchecked(node - 1)];
        freed.Next = _freeNodes;
        _freeNodes = node;
        ReleasePage(freed.Page);
    }
}
