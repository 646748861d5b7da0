using System;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>
/// Frames by index, most of which may be missing: the pages of a file or of shared memory. The first few are in the object, the others in a radix
/// tree whose nodes are frames of their own, so that growing takes nothing from the kernel heap and a page fault may do it.
/// The tree counts no references; whoever adds a frame holds one.
/// </summary>
public sealed unsafe class FrameTree
{
    private const int FirstCount = 8;
    private const int NodeShift = 10;
    private const int NodeEntries = 1 << NodeShift;
    private const ulong NodeMask = NodeEntries - 1;
    private const int MaximumHeight = 6;

    private First _first;
    private uint _root;
    private int _height;

    /// <summary>One more than the largest index there can be: pages of 2^64 bytes.</summary>
    public static ulong IndexLimit => 1UL << (64 - PageSize.Shift);

    /// <summary>Frames that are there.</summary>
    public ulong Count { get; private set; }

    /// <summary>The frame at an index, or none.</summary>
    [AllocationFree]
    public Frame Find(ulong index)
    {
        if (index < FirstCount)
        {
            return new Frame(_first[(int)index]);
        }

        if (!IsInside(index))
        {
            return Frame.None;
        }

        uint node = _root;
        for (int level = _height - 1; level > 0 && node != 0; level--)
        {
            node = Entry(node, index >> (NodeShift * level));
        }

        return node == 0 ? Frame.None : new Frame(Entry(node, index));
    }

    /// <summary>Puts a frame where none is. False when there is no memory for a node.</summary>
    [AllocationFree]
    public bool TryAdd(ulong index, Frame frame)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, IndexLimit);
        if (frame.IsNone || !Find(index).IsNone)
        {
            throw new InvalidOperationException("A frame is added where none is.");
        }

        if (index < FirstCount)
        {
            _first[(int)index] = frame.Number;
        }
        else if (TryReach(index, out uint leaf))
        {
            Entry(leaf, index) = frame.Number;
        }
        else
        {
            return false;
        }

        Count++;
        return true;
    }

    /// <summary>Takes a frame out; none when it was missing. Nodes that are empty then are given back.</summary>
    [AllocationFree]
    public Frame Remove(ulong index)
    {
        Frame frame = Find(index);
        if (frame.IsNone)
        {
            return frame;
        }

        if (index < FirstCount)
        {
            _first[(int)index] = 0;
        }
        else
        {
            uint node = _root;
            for (int level = _height - 1; level > 0; level--)
            {
                node = Entry(node, index >> (NodeShift * level));
            }

            Entry(node, index) = 0;
            Prune(index);
        }

        Count--;
        return frame;
    }

    /// <summary>The first index at or behind one that has a frame, or <see cref="ulong.MaxValue"/>.</summary>
    [AllocationFree]
    public ulong Next(ulong index)
    {
        for (; index < FirstCount; index++)
        {
            if (_first[(int)index] != 0)
            {
                return index;
            }
        }

        return IsInside(index) ? NextBelow(_root, _height - 1, 0, index) : ulong.MaxValue;
    }

    private static ulong NextBelow(uint node, int level, ulong start, ulong index)
    {
        int shift = NodeShift * level;
        for (ulong i = index > start ? (index - start) >> shift : 0; i < NodeEntries; i++)
        {
            uint child = Entry(node, i);
            if (child == 0)
            {
                continue;
            }

            ulong childStart = start + (i << shift);
            ulong found = level == 0 ? childStart : NextBelow(child, level - 1, childStart, index);
            if (found != ulong.MaxValue)
            {
                return found;
            }
        }

        return ulong.MaxValue;
    }

    private bool IsInside(ulong index) => _height > 0 && index >> (NodeShift * _height) == 0;

    private bool TryReach(ulong index, out uint leaf)
    {
        leaf = 0;
        while (!IsInside(index))
        {
            if (_root == 0)
            {
                // Nothing hangs below yet, so the root is made once it is high enough.
                _height++;
                continue;
            }

            if (!TryTakeNode(out uint root))
            {
                return false;
            }

            Entry(root, 0) = _root;
            _root = root;
            _height++;
        }

        if (_root == 0 && !TryTakeNode(out _root))
        {
            _height = 0;
            return false;
        }

        uint node = _root;
        for (int level = _height - 1; level > 0; level--)
        {
            ref uint child = ref Entry(node, index >> (NodeShift * level));
            if (child == 0 && !TryTakeNode(out child))
            {
                Prune(index);
                return false;
            }

            node = child;
        }

        leaf = node;
        return true;
    }

    /// <summary>Frees the nodes on the way to an index that are empty.</summary>
    private void Prune(ulong index)
    {
        Span<uint> way = stackalloc uint[MaximumHeight];
        int lowest = _height;
        uint node = _root;
        while (lowest > 0 && node != 0)
        {
            way[--lowest] = node;
            node = Entry(node, index >> (NodeShift * lowest));
        }

        for (int level = lowest; level < _height; level++)
        {
            if (level > lowest)
            {
                Entry(way[level], index >> (NodeShift * level)) = 0;
            }

            if (!IsEmpty(way[level]))
            {
                return;
            }

            FrameTable.Release(way[level]);
        }

        _root = 0;
        _height = 0;
    }

    private static bool TryTakeNode(out uint node)
    {
        node = FrameTable.Take(FrameState.Kernel);
        if (node == 0)
        {
            return false;
        }

        // SAFETY: the frame was just taken, for this tree alone.
        unsafe
        {
            new Span<byte>(PhysicalMemory.Window(node), PageSize.Bytes).Clear();
        }

        return true;
    }

    private static bool IsEmpty(uint node)
    {
        // SAFETY: as in Entry; the span does not outlive the node.
        unsafe
        {
            return new ReadOnlySpan<uint>(PhysicalMemory.Window(node), NodeEntries).IndexOfAnyExcept(0u) < 0;
        }
    }

    private static ref uint Entry(uint node, ulong index)
    {
        // SAFETY: nodes are frames that a tree took for itself and frees with its last entry; the masked index is one of the 1024 words in the frame.
        unsafe
        {
            return ref ((uint*)PhysicalMemory.Window(node))[(int)(index & NodeMask)];
        }
    }

    [InlineArray(FirstCount)]
    private struct First
    {
        private uint _number;
    }
}
