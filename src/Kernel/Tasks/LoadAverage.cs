using Mote.Machine;

namespace Mote.Kernel.Tasks;

/// <summary>
/// The load averages of proc_loadavg(5): how many threads run or wait for the CPU, damped over 1, 5 and 15 minutes in steps of five seconds. Nothing wakes up for them: whoever switches
/// threads, or asks, makes up for the steps since the last time with what was the case all the while.
/// </summary>
public sealed class LoadAverage
{
    /// <summary>Fraction bits of the averages (FSHIFT of Linux).</summary>
    public const int FractionBits = 11;

    private const ulong StepNs = 5_000_000_000;
    private const ulong One = 1UL << FractionBits;

    // e to the power of -5 seconds through 1, 5 and 15 minutes.
    private const ulong DampingOne = 1884;
    private const ulong DampingFive = 2014;
    private const ulong DampingFifteen = 2037;

    private Instant _next = Clock.Now.Plus(StepNs);

    public ulong OneMinute { get; private set; }

    public ulong FiveMinutes { get; private set; }

    public ulong FifteenMinutes { get; private set; }

    /// <summary>Whether a step is due.</summary>
    public bool IsDue(Instant now) => now >= _next;

    /// <summary>Makes up for the steps until now, in which so many threads were active.</summary>
    public void Account(Instant now, int active)
    {
        while (now >= _next)
        {
            ulong load = (ulong)active << FractionBits;
            OneMinute = Damp(OneMinute, DampingOne, load);
            FiveMinutes = Damp(FiveMinutes, DampingFive, load);
            FifteenMinutes = Damp(FifteenMinutes, DampingFifteen, load);
            _next = _next.Plus(StepNs);
        }
    }

    /// <summary>Rounded up while the load rises, as on Linux: else it would never reach a whole number.</summary>
    private static ulong Damp(ulong average, ulong damping, ulong load)
    {
        ulong sum = (average * damping) + (load * (One - damping));
        return (load >= average ? sum + One - 1 : sum) / One;
    }
}
