using System.Runtime.CompilerServices;


namespace Mote.Machine;

/// <summary>
/// Monotonic time from the time stamp counter, and the one-shot timer. Programs read the same counter through the vDSO with the same
/// scale: nanoseconds = base + ((tsc - tscBase) * multiplier >> shift).
/// </summary>
public static class Clock
{
    internal const int TimerVector = 0x20;

    /// <summary>The right shift of the scale; the left factor is <see cref="Multiplier"/>.</summary>
    public const int Shift = 32;

    public static Instant Now
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => MachineKind.IsHosted ? HostedClock.Now : new Instant(Tsc.Nanoseconds());
    }

    /// <summary>Counter value at time zero.</summary>
    public static ulong CounterBase => MachineKind.IsHosted ? 0 : Tsc.Base;

    /// <summary>Nanoseconds a count, times 2^<see cref="Shift"/>.</summary>
    public static ulong Multiplier => MachineKind.IsHosted ? 1UL << Shift : Tsc.Multiplier;

    /// <summary>Counts a second.</summary>
    public static ulong FrequencyHz => MachineKind.IsHosted ? 1_000_000_000 : Tsc.FrequencyHz;

    /// <summary>The host's time of day, nanoseconds since 1970 UTC, where the hypervisor tells it; else zero.</summary>
    public static long HostUnixNs => MachineKind.IsHosted ? HostedClock.HostUnixNs : KvmClock.UnixNs();

    /// <summary>
    /// Whether the hypervisor says that the machine stood still since the last call: it was stopped for a while, or moved to another host.
    /// The counter follows that host's rate then, and the time
    /// of day is to be taken anew; monotonic time goes on. A load and a branch.
    /// </summary>
    [AllocationFree]
    public static bool TakeStopped()
    {
        if (MachineKind.IsHosted || !KvmClock.TakeStopped())
        {
            return MachineKind.IsHosted && HostedClock.TakeStopped();
        }

        if (KvmClock.TryReadRate(out ulong multiplier))
        {
            Tsc.Follow(multiplier);
        }

        return true;
    }

    /// <summary>Makes the timer interrupt pending at a time; a later call replaces it, <see cref="Instant.Never"/> stops it.</summary>
    public static void Arm(Instant deadline)
    {
        if (MachineKind.IsHosted)
        {
            HostedClock.Armed = deadline;
            if (deadline <= HostedClock.Now)
            {
                HostedClock.Advance(0);
            }

            return;
        }

        LocalApic.Arm(deadline);
    }
}
