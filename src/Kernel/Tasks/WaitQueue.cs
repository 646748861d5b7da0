using Mote.Machine;

namespace Mote.Kernel.Tasks;

/// <summary>
/// Those who wait for an event of one object. The kernel is not preempted, so between looking at the object and queueing nothing can come:
/// no wake-up is lost.
/// </summary>
public sealed class WaitQueue
{
    private Waiter? _first;
    private Waiter? _last;
    private Waiter? _lastShared; // the last of those that are not exclusive

    public bool IsEmpty => _first == null;

    /// <summary>
    /// Adds a waiter that stands in no queue: those who are not exclusive come before those who are, and either in the order in which
    /// they came, but for exclusive
    /// ones of which the newest is woken first.
    /// </summary>
    public void Add(Waiter waiter, bool isNewestFirst = false)
    {
        waiter.Queue?.Remove(waiter);
        waiter.Queue = this;
        Waiter? previous = waiter.IsExclusive && !isNewestFirst ? _last : _lastShared;
        Waiter? next = previous == null ? _first : previous.Next;
        waiter.Previous = previous;
        waiter.Next = next;
        if (previous == null)
        {
            _first = waiter;
        }
        else
        {
            previous.Next = waiter;
        }

        if (next == null)
        {
            _last = waiter;
        }
        else
        {
            next.Previous = waiter;
        }

        if (!waiter.IsExclusive)
        {
            _lastShared = waiter;
        }
    }

    /// <summary>Takes a waiter out; nothing happens when it is not in this queue.</summary>
    public void Remove(Waiter waiter)
    {
        if (waiter.Queue != this)
        {
            return;
        }

        if (waiter == _lastShared)
        {
            _lastShared = waiter.Previous;
        }

        if (waiter.Previous == null)
        {
            _first = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next == null)
        {
            _last = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Next = null;
        waiter.Previous = null;
        waiter.Queue = null;
    }

    /// <summary>Tells every waiter, exclusive or not.</summary>
    public void WakeAll(uint events = uint.MaxValue)
    {
        if (_first != null)
        {
            _ = Wake(int.MaxValue, events);
        }
    }

    /// <summary>Tells all that are not exclusive and up to <paramref name="exclusive"/> of those that are. Returns how many exclusive ones accepted.</summary>
    public int Wake(int exclusive, uint events = uint.MaxValue)
    {
        int woken = 0;
        Waiter? waiter = _first;
        while (waiter != null)
        {
            Waiter? next = waiter.Next;
            if (waiter.Notify(events) && waiter.IsExclusive && ++woken >= exclusive)
            {
                break;
            }

            waiter = next;
        }

        return woken;
    }

    /// <summary>Waits on the current thread until woken, interrupted or the deadline. The caller looks again at what it waits for.</summary>
    public WaitResult Wait(Instant deadline) => Wait(deadline, isInterruptible: true, isExclusive: false);

    /// <summary>As <see cref="Wait(Instant)"/>; an uninterruptible wait never ends with <see cref="WaitResult.Interrupted"/>.</summary>
    /// <param name="deadline">When it ends at the latest.</param>
    /// <param name="isInterruptible">Whether a signal ends it.</param>
    /// <param name="isExclusive">Whether a wake-up of one is for one such thread.</param>
    /// <param name="isNewestFirst">Whether it is for the one that has begun last.</param>
    public WaitResult Wait(Instant deadline, bool isInterruptible, bool isExclusive, bool isNewestFirst = false)
    {
        KernelThread thread = KernelThread.Current;
        ThreadWaiter waiter = thread.Waiter;
        waiter.IsExclusive = isExclusive;
        Add(waiter, isNewestFirst);
        WaitResult result = thread.Scheduler.Sleep(deadline, isInterruptible);
        Remove(waiter);
        return result;
    }
}
