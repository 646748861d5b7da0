using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>Something to do when a clock of CPU time reaches a time. Part of its owner, so that arming allocates nothing.</summary>
public abstract class CpuTimer : TimerNode
{
    protected CpuTimer(CpuClock clock)
    {
        Clock = clock;
        clock.Thread?.PrepareTimers(clock);
    }

    public CpuClock Clock { get; }

    /// <summary>The clock's time at which it is due.</summary>
    public ulong DueNs { get; internal set; }

    /// <summary>Clock time that is left; zero when it is not armed, and never zero when it is.</summary>
    public ulong RemainingNs
    {
        get
        {
            ulong now = IsArmed ? Clock.NowNs : 0;
            return !IsArmed ? 0 : DueNs > now ? DueNs - now : 1;
        }
    }

    public sealed override void Expire(Instant now) => OnDue(now.Nanoseconds);

    /// <summary>It is due; no longer armed, it may be armed again from here. Must neither block nor allocate.</summary>
    public abstract void OnDue(ulong nowNs);
}
