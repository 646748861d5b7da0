namespace Mote.Machine;

/// <summary>The fake machine's time: it moves when a test moves it, or to the armed deadline when the kernel idles.</summary>
public static class HostedClock
{
    private static ulong s_now;

    public static Instant Now => new(s_now);

    /// <summary>The time of day that the fake hypervisor tells; zero when it tells none.</summary>
    public static long HostUnixNs { get; set; }

    /// <summary>Has the fake hypervisor say once that the machine stood still.</summary>
    public static bool IsStopped { get; set; }

    internal static Instant Armed { get; set; } = Instant.Never;

    /// <summary>Moves time forward, nanoseconds; an armed timer that lies before the new time becomes pending.</summary>
    public static void Advance(ulong nanoseconds)
    {
        s_now += nanoseconds;
        if (Armed.Nanoseconds <= s_now)
        {
            Armed = Instant.Never;
            Interrupts.SetPending(Clock.TimerVector);
        }
    }

    internal static void Reset()
    {
        s_now = 0;
        Armed = Instant.Never;
        HostUnixNs = 0;
        IsStopped = false;
    }

    internal static bool TakeStopped()
    {
        bool isStopped = IsStopped;
        IsStopped = false;
        return isStopped;
    }

    /// <summary>Idle: nothing can happen before the armed deadline, so go there.</summary>
    internal static void Idle()
    {
        if (!Armed.IsNever)
        {
            Advance(Armed.Since(Now));
        }
    }
}
