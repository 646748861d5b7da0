using Mote.Abi.Linux;

namespace Mote.Kernel.Processes;

/// <summary>ITIMER_VIRTUAL and ITIMER_PROF of setitimer(2): a signal to the process each time that its clock has gone on by an interval.</summary>
public sealed class CpuIntervalTimer(CpuClock clock, Signal signal) : CpuTimer(clock)
{
    /// <summary>Nanoseconds between expirations; zero is once.</summary>
    public ulong IntervalNs { get; private set; }

    /// <summary>Starts it; a first time of zero stops it.</summary>
    public void Start(ulong firstNs, ulong intervalNs)
    {
        Stop();
        IntervalNs = intervalNs;
        if (firstNs != 0)
        {
            ulong now = Clock.NowNs;
            Clock.Process.CpuTimers.Arm(this, firstNs > ulong.MaxValue - now ? ulong.MaxValue : now + firstNs);
        }
    }

    public void Stop() => Clock.Process.CpuTimers.Cancel(this);

    public override void OnDue(ulong nowNs)
    {
        _ = Clock.Process.Send(new SignalInfo { Number = (int)signal, Code = SignalInfo.Kernel }); // a standard signal with a reserved place: it cannot fail
        if (IntervalNs != 0)
        {
            // Expirations that were missed are forgotten, and the rhythm is kept.
            ulong next = (1 + ((nowNs - DueNs) / IntervalNs)) * IntervalNs;
            Clock.Process.CpuTimers.Arm(this, DueNs > ulong.MaxValue - next ? ulong.MaxValue : DueNs + next);
        }
    }
}
