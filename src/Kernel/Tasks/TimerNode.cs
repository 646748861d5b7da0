using Mote.Machine;

namespace Mote.Kernel.Tasks;

/// <summary>Something to do at a time. Part of its owner; armed and cancelled without allocating.</summary>
public abstract class TimerNode
{
    internal const int NotArmed = -1;

    /// <summary>When it is due; <see cref="Instant.Never"/> while not armed.</summary>
    public Instant Deadline { get; internal set; } = Instant.Never;

    public bool IsArmed => HeapIndex != NotArmed;

    internal int HeapIndex { get; set; } = NotArmed;

    /// <summary>The time has come; the node is no longer armed and may be armed again from here. Runs on any thread and must not block.</summary>
    public abstract void Expire(Instant now);
}
