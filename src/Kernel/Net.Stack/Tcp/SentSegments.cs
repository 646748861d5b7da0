using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>The records of what all connections have sent; each connection has a list of its own among them, in order.</summary>
internal sealed class SentSegments
{
    private const int InitialCount = 512;

    private readonly int _limit;
    private SentSegment[] _segments = [];
    private int _free; // plus one

    internal SentSegments(int limit)
    {
        _limit = limit;
        Grow(Math.Min(InitialCount, limit));
    }

    /// <summary>Makes room for more when most is used.</summary>
    public void Replenish()
    {
        if (Used > _segments.Length / 2 && _segments.Length < _limit)
        {
            Grow(Math.Min(_segments.Length * 2, _limit));
        }
    }

    /// <summary>Whether another range can be noted at all.</summary>
    [AllocationFree]
    public bool CanAppend(in SentList list) => _free != 0 || list.Last != 0;

    internal int Used { get; private set; }

    internal ref SentSegment this[int number] => ref _segments[number - 1];

    /// <summary>Notes a range at the end. Without a free record the last one is made longer: less is known then, but nothing is forgotten.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ref SentList list, SeqNo start, SeqNo end, ulong now)
    {
        if (TryTake(out int number))
        {
            this[number] = new SentSegment { Start = start, End = end, SentAt = now, Previous = list.Last };
            if (list.Last == 0)
            {
                list.First = number;
            }
            else
            {
                this[list.Last].Next = number;
            }

            list.Last = number;
            return;
        }

        if (list.Last != 0)
        {
            ref SentSegment last = ref this[list.Last];
            last.End = end;
            last.SentAt = now;
            last.Flags &= ~SentFlags.Sacked;
        }
    }

    /// <summary>Splits a range in two at a point within it; false when there is no record for the second.</summary>
    [AllocationFree]
    public bool TrySplit(ref SentList list, int number, SeqNo at)
    {
        if (!TryTake(out int second))
        {
            return false;
        }

        ref SentSegment first = ref this[number];
        this[second] = first;
        this[second].Start = at;
        this[second].Previous = number;
        first.End = at;
        if (first.Next != 0)
        {
            this[first.Next].Previous = second;
        }
        else
        {
            list.Last = second;
        }

        first.Next = second;
        return true;
    }

    /// <summary>Takes the first range away.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void RemoveFirst(ref SentList list)
    {
        int number = list.First;
        list.First = this[number].Next;
        if (list.First == 0)
        {
            list.Last = 0;
        }
        else
        {
            this[list.First].Previous = 0;
        }

        Free(number);
    }

    [AllocationFree]
    public void Clear(ref SentList list)
    {
        while (list.First != 0)
        {
            RemoveFirst(ref list);
        }
    }

    private void Grow(int count)
    {
        int old = _segments.Length;
        SentSegment[] segments = new SentSegment[count];
        _segments.CopyTo(segments, 0);
        _segments = segments;
        for (int i = count; i > old; i--)
        {
            this[i].Next = _free;
            _free = i;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTake(out int number)
    {
        number = _free;
        if (number == 0)
        {
            return false;
        }

        _free = this[number].Next;
        Used++;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Free(int number)
    {
        this[number].Next = _free;
        _free = number;
        Used--;
    }
}
