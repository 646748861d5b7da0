using System;
using Mote.Machine;

namespace Mote.Kernel.Tasks;

/// <summary>All armed timers, a binary heap by deadline; the hardware timer follows the first.</summary>
public sealed class TimerQueue
{
    private TimerNode[] _heap = new TimerNode[16];
    private int _count;

    /// <summary>The earliest deadline, or <see cref="Instant.Never"/>.</summary>
    public Instant Earliest => _count == 0 ? Instant.Never : _heap[0].Deadline;

    /// <summary>An earlier deadline has become the first since somebody cleared this.</summary>
    internal bool HasNewFirst { get; set; }

    /// <summary>Arms the timer, moving it when it is armed already.</summary>
    public void Arm(TimerNode node, Instant deadline)
    {
        Cancel(node);
        if (deadline.IsNever)
        {
            return;
        }

        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _count * 2);
        }

        node.Deadline = deadline;
        Place(node, _count++);
        SiftUp(node.HeapIndex);
        HasNewFirst |= node.HeapIndex == 0;
    }

    /// <summary>Disarms the timer; nothing happens when it is not armed.</summary>
    public void Cancel(TimerNode node)
    {
        int index = node.HeapIndex;
        if (index == TimerNode.NotArmed)
        {
            return;
        }

        node.HeapIndex = TimerNode.NotArmed;
        node.Deadline = Instant.Never;
        TimerNode last = _heap[--_count];
        _heap[_count] = null!;
        if (last != node)
        {
            Place(last, index);
            SiftUp(index);
            SiftDown(last.HeapIndex);
        }
    }

    /// <summary>Expires every timer that is due at <paramref name="now"/>.</summary>
    public void ExpireDue(Instant now)
    {
        while (_count > 0 && _heap[0].Deadline <= now)
        {
            TimerNode node = _heap[0];
            Cancel(node);
            node.Expire(now);
        }
    }

    private void SiftUp(int index)
    {
        TimerNode node = _heap[index];
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (_heap[parent].Deadline <= node.Deadline)
            {
                break;
            }

            Place(_heap[parent], index);
            index = parent;
        }

        Place(node, index);
    }

    private void SiftDown(int index)
    {
        TimerNode node = _heap[index];
        while (true)
        {
            int child = (index * 2) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && _heap[child + 1].Deadline < _heap[child].Deadline)
            {
                child++;
            }

            if (node.Deadline <= _heap[child].Deadline)
            {
                break;
            }

            Place(_heap[child], index);
            index = child;
        }

        Place(node, index);
    }

    private void Place(TimerNode node, int index)
    {
        _heap[index] = node;
        node.HeapIndex = index;
    }
}
