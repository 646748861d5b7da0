namespace Mote.Kernel.Processes;

/// <summary>A thread that sleeps until a clock of CPU time reaches a time (clock_nanosleep(2)).</summary>
public sealed class CpuSleep(UserThread sleeper, CpuClock clock) : CpuTimer(clock)
{
    /// <summary>Whether the time has come.</summary>
    public bool IsOver { get; private set; }

    public override void OnDue(ulong nowNs)
    {
        IsOver = true;
        _ = sleeper.Scheduler.Wake(sleeper);
    }
}
