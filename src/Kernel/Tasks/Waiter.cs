namespace Mote.Kernel.Tasks;

/// <summary>
/// A place in a <see cref="WaitQueue"/>: what happens when the event comes. A waiter is in at most one queue at a time and is
/// part of its owner (a thread, an epoll item), so that waiting allocates nothing.
/// </summary>
public abstract class Waiter
{
    internal Waiter? Next;
    internal Waiter? Previous;

    /// <summary>The queue it stands in, or null.</summary>
    public WaitQueue? Queue { get; internal set; }

    /// <summary>Exclusive waiters stand behind the others; a wake-up of one ends at the first of them that accepts.</summary>
    public bool IsExclusive { get; set; }

    /// <summary>The event came. <paramref name="events"/> is the queue owner's (a poll mask). Returns whether somebody was woken. It stays queued until it is removed.</summary>
    public abstract bool Notify(uint events);
}
