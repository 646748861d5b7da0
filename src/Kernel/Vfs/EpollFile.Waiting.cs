using System;
using System.Runtime.CompilerServices;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

// epoll_wait(2) and the ready list.
public sealed partial class EpollFile
{
    /// <summary>
    /// Waits for events and writes up to the target's length of them; returns how many, 0 when the deadline came first. ERESTARTNOHAND turns into EINTR
    /// at the caller: epoll_wait(2) never restarts. A deadline that has passed only looks.
    /// </summary>
    public Result<int> Wait(Span<EpollReady> target, Instant deadline) => Wait(target, deadline, out _);

    /// <summary>As above; <paramref name="round"/> is for <see cref="TakeMore"/>.</summary>
    public Result<int> Wait(Span<EpollReady> target, Instant deadline, out ulong round)
    {
        while (true)
        {
            round = ++_round;
            int count = Collect(target, round);
            if (count > 0)
            {
                return count;
            }

            if (!deadline.IsNever && deadline <= Clock.Now)
            {
                return 0;
            }

            if (_waiting.Wait(deadline, isInterruptible: true, isExclusive: true, isNewestFirst: true) == WaitResult.Interrupted)
            {
                return Errno.EINTR;
            }
        }
    }

    /// <summary>What is ready beyond what a wait took, each item once in a round; never waits.</summary>
    public int TakeMore(Span<EpollReady> target, ulong round) => Collect(target, round);

    /// <summary>
    /// Takes what is ready. Level-triggered items go to the end of the list, so that nobody starves; where one of this round, or of a later one by another thread, comes
    /// first, all have been told.
    /// </summary>
    private int Collect(Span<EpollReady> target, ulong round)
    {
        int count = 0;
        EpollItem? lastStaying = null;
        EpollItem? item = _firstReady;
        while (item != null && item.Round < round && count < target.Length)
        {
            item.Round = round;
            PollEvents events = item.Current;
            EpollItem? next = item.NextReady;
            if (events != PollEvents.None)
            {
                target[count++] = new EpollReady(events, item.Data);
                if ((item.Events & (PollEvents.OneShot | PollEvents.EdgeTriggered)) == 0)
                {
                    lastStaying = item;
                    item = next;
                    continue;
                }

                if ((item.Events & PollEvents.OneShot) != 0)
                {
                    // Disabled until it is modified, for errors too.
                    item.Events &= PollEvents.EdgeTriggered | PollEvents.OneShot | PollEvents.WakeUp | PollEvents.Exclusive;
                }
            }

            Unqueue(item);
            item = next;
        }

        if (lastStaying != null && item != null)
        {
            MoveBehind(lastStaying);
        }

        if (count > 0 && _firstReady != null)
        {
            // More is ready than was taken, or stays so: somebody else may go on.
            _waiting.Wake(1);
        }

        return count;
    }

    /// <summary>Moves all items up to this one, which is not the last, behind the others.</summary>
    private void MoveBehind(EpollItem last)
    {
        EpollItem first = last.NextReady!;
        first.PreviousReady = null;
        last.NextReady = null;
        _lastReady!.NextReady = _firstReady;
        _firstReady!.PreviousReady = _lastReady;
        _firstReady = first;
        _lastReady = last;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Queue(EpollItem item)
    {
        if (item.IsQueued)
        {
            return;
        }

        item.IsQueued = true;
        item.PreviousReady = _lastReady;
        item.NextReady = null;
        if (_lastReady == null)
        {
            _firstReady = item;
        }
        else
        {
            _lastReady.NextReady = item;
        }

        _lastReady = item;
    }

    private void Unqueue(EpollItem item)
    {
        if (!item.IsQueued)
        {
            return;
        }

        item.IsQueued = false;
        if (item.PreviousReady == null)
        {
            _firstReady = item.NextReady;
        }
        else
        {
            item.PreviousReady.NextReady = item.NextReady;
        }

        if (item.NextReady == null)
        {
            _lastReady = item.PreviousReady;
        }
        else
        {
            item.NextReady.PreviousReady = item.PreviousReady;
        }

        item.NextReady = null;
        item.PreviousReady = null;
    }
}
