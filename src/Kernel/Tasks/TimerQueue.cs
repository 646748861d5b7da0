using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Tasks;

/// <summary>
/// All armed timers; the hardware timer follows the first. A pairing heap (Fredman et al., 1986) through the nodes themselves, so that arming
/// allocates nothing: arming takes constant time, cancelling and expiring logarithmic time on average.
/// </summary>
public sealed class TimerQueue
{
    private TimerNode? _root;
    private TimerNode? _firstFollower;

    /// <summary>The earliest deadline, or <see cref="Instant.Never"/>.</summary>
    public Instant Earliest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _root == null ? Instant.Never : _root.Deadline;
    }

    /// <summary>
    /// An earlier deadline has become the first since the scheduler cleared this, which keeps in it too what else changes the hardware
    /// timer.
    /// </summary>
    internal bool IsArmingDue { get; set; } = true;

    /// <summary>The timer with the earliest deadline.</summary>
    public TimerNode? First => _root;

    /// <summary>Arms the timer, moving it when it is armed already.</summary>
    [AllocationFree]
    public void Arm(TimerNode node, Instant deadline)
    {
        Cancel(node);
        if (deadline.IsNever)
        {
            return;
        }

        node.Deadline = deadline;
        node.IsArmed = true;
        _root = _root == null ? node : Meld(_root, node);
        IsArmingDue |= _root == node;
    }

    /// <summary>From now on the timer's deadlines stand for times of the wall clock: they move when it is set.</summary>
    [AllocationFree]
    public void Follow(TimerNode node)
    {
        if (node.IsFollowing)
        {
            return;
        }

        node.IsFollowing = true;
        node.PreviousFollower = null;
        node.NextFollower = _firstFollower;
        if (_firstFollower != null)
        {
            _firstFollower.PreviousFollower = node;
        }

        _firstFollower = node;
    }

    /// <summary>Ends what <see cref="Follow"/> began; nothing happens when it has not.</summary>
    [AllocationFree]
    public void Unfollow(TimerNode node)
    {
        if (!node.IsFollowing)
        {
            return;
        }

        node.IsFollowing = false;
        if (node.PreviousFollower == null)
        {
            _firstFollower = node.NextFollower;
        }
        else
        {
            node.PreviousFollower.NextFollower = node.NextFollower;
        }

        if (node.NextFollower != null)
        {
            node.NextFollower.PreviousFollower = node.PreviousFollower;
        }

        node.NextFollower = null;
        node.PreviousFollower = null;
    }

    /// <summary>The wall clock was set: its times come so many nanoseconds later, or earlier.</summary>
    public void ShiftFollowers(long shiftNs)
    {
        TimerNode? node = _firstFollower;
        while (node != null)
        {
            TimerNode? next = node.NextFollower;
            if (node.IsArmed)
            {
                Arm(node, node.Deadline.Shifted(shiftNs));
            }

            node.OnWallClockSet(shiftNs);
            node = next;
        }
    }

    /// <summary>Disarms the timer; nothing happens when it is not armed.</summary>
    [AllocationFree]
    public void Cancel(TimerNode node)
    {
        if (!node.IsArmed)
        {
            return;
        }

        TimerNode? children = MeldAll(node.Child);
        if (node == _root)
        {
            _root = children;
        }
        else
        {
            Unlink(node);
            _root = children == null ? _root : Meld(_root!, children);
        }

        node.Child = null;
        node.IsArmed = false;
        node.Deadline = Instant.Never;
    }

    /// <summary>Expires every timer that is due at <paramref name="now"/>.</summary>
    [AllocationFree]
    public void ExpireDue(Instant now)
    {
        while (_root is { } node && node.Deadline <= now)
        {
            Cancel(node);
            node.Expire(now);
        }
    }

    /// <summary>Makes the later of two heaps the first child of the other, which is returned.</summary>
    private static TimerNode Meld(TimerNode first, TimerNode second)
    {
        if (second.Deadline < first.Deadline)
        {
            (first, second) = (second, first);
        }

        second.Next = first.Child;
        if (second.Next != null)
        {
            second.Next.Previous = second;
        }

        second.Previous = first;
        first.Child = second;
        return first;
    }

    /// <summary>Melds siblings in pairs, then the pairs from the last to the first.</summary>
    private static TimerNode? MeldAll(TimerNode? node)
    {
        TimerNode? pairs = null;
        while (node != null)
        {
            TimerNode? second = node.Next;
            TimerNode? rest = second?.Next;
            Detach(node);
            if (second != null)
            {
                Detach(second);
                node = Meld(node, second);
            }

            node.Next = pairs;
            pairs = node;
            node = rest;
        }

        TimerNode? whole = null;
        while (pairs != null)
        {
            TimerNode? rest = pairs.Next;
            Detach(pairs);
            whole = whole == null ? pairs : Meld(whole, pairs);
            pairs = rest;
        }

        return whole;
    }

    /// <summary>Takes a node that is not the root, with what is below it, from its siblings.</summary>
    private static void Unlink(TimerNode node)
    {
        if (node.Previous!.Child == node)
        {
            node.Previous.Child = node.Next;
        }
        else
        {
            node.Previous.Next = node.Next;
        }

        if (node.Next != null)
        {
            node.Next.Previous = node.Previous;
        }

        Detach(node);
    }

    private static void Detach(TimerNode node)
    {
        node.Next = null;
        node.Previous = null;
    }
}
