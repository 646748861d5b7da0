namespace Mote.Kernel.Processes;

/// <summary>SCHED_ policies (sched(7)).</summary>
public enum SchedulingPolicy
{
    Other = 0,
    Fifo = 1,
    RoundRobin = 2,
    Batch = 3,
    Idle = 5,
    Deadline = 6,
}
