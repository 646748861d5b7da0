using Mote.Machine;

namespace Mote.Kernel.Tasks;

/// <summary>Something to do at a time. Part of its owner; armed and cancelled without allocating.</summary>
public abstract class TimerNode
{
    /// <summary>When it is due; <see cref="Instant.Never"/> while not armed.</summary>
    public Instant Deadline { get; internal set; } = Instant.Never;

    public bool IsArmed { get; internal set; }

    /// <summary>The first of the timers that were found to be later than this one.</summary>
    internal TimerNode? Child { get; set; }

    /// <summary>The next child of the same parent.</summary>
    internal TimerNode? Next { get; set; }

    /// <summary>The child before this one, or of the first child the parent.</summary>
    internal TimerNode? Previous { get; set; }

    internal TimerNode? NextFollower { get; set; }

    internal TimerNode? PreviousFollower { get; set; }

    /// <summary>Whether its deadline stands for a time of the wall clock (<see cref="TimerQueue.Follow"/>).</summary>
    internal bool IsFollowing { get; set; }

    /// <summary>The wall clock was set, and the deadline moved by so many nanoseconds for it.</summary>
    public virtual void OnWallClockSet(long shiftNs)
    {
    }

    /// <summary>The time has come; the node is no longer armed and may be armed again from here. Runs on any thread and must not block.</summary>
    public abstract void Expire(Instant now);
}
