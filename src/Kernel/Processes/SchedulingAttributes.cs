namespace Mote.Kernel.Processes;

/// <summary>
/// What a thread has set about its scheduling and is told back (sched(7), ioprio_set(2)). The scheduler gives all threads their turn in order whatever they are, as a
/// machine with one program on one CPU does best.
/// </summary>
public readonly record struct SchedulingAttributes
{
    public SchedulingPolicy Policy { get; init; }

    /// <summary>1 to 99 for the real-time policies, 0 for the others.</summary>
    public int Priority { get; init; }

    /// <summary>-20 to 19.</summary>
    public int Nice { get; init; }

    /// <summary>SCHED_RESET_ON_FORK: threads that it makes are ordinary ones.</summary>
    public bool ResetsOnFork { get; init; }

    /// <summary>Class and level of ioprio_set(2); zero is none.</summary>
    public int IoPriority { get; init; }

    public bool IsRealTime => Policy is SchedulingPolicy.Fifo or SchedulingPolicy.RoundRobin;

    /// <summary>What a new thread starts with (sched_fork).</summary>
    public SchedulingAttributes Inherited =>
        !ResetsOnFork ? this
        : IsRealTime ? new SchedulingAttributes { IoPriority = IoPriority }
        : this with { ResetsOnFork = false, Nice = Nice < 0 ? 0 : Nice };
}
