using System;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>The armed timers on one clock of CPU time, the earliest first.</summary>
internal sealed class CpuTimerQueue(CpuClock clock)
{
    private readonly TimerQueue _timers = new();

    public CpuClock Clock => clock;

    public CpuTimer? First => (CpuTimer?)_timers.First;

    /// <summary>Arms a timer, which is in no queue.</summary>
    [AllocationFree]
    public void Arm(CpuTimer timer, ulong dueNs)
    {
        timer.DueNs = dueNs;
        _timers.Arm(timer, new Instant(Math.Min(dueNs, ulong.MaxValue - 1))); // the last instant is never
    }

    [AllocationFree]
    public void Cancel(CpuTimer timer) => _timers.Cancel(timer);
}
