using Mote.Machine;

namespace Mote.Kernel.Time;

/// <summary>Unix time: the monotonic clock plus an offset that the boot loader's time and clock_settime(2) set.</summary>
public sealed class WallClock
{
    public const long NanosecondsPerSecond = 1_000_000_000;

    private long _offsetNs;

    public WallClock(long unixNsAtStart) => _offsetNs = unixNsAtStart;

    /// <summary>Unix time at monotonic zero, nanoseconds.</summary>
    public long OffsetNs => _offsetNs;

    /// <summary>Seconds that International Atomic Time is ahead; zero until somebody sets it (adjtimex(2)).</summary>
    public int TaiOffsetSeconds { get; set; }

    /// <summary>Nanoseconds since 1970 in UTC, without leap seconds.</summary>
    public long NowNs => ToUnixNs(Clock.Now);

    public long ToUnixNs(Instant instant) => unchecked((long)instant.Nanoseconds + _offsetNs);

    /// <summary>The monotonic time of a Unix time in nanoseconds; times before the start are zero.</summary>
    public Instant ToInstant(long unixNs)
    {
        if (unixNs <= _offsetNs)
        {
            return default;
        }

        // What does not fit lies centuries away.
        ulong relative = unchecked((ulong)unixNs - (ulong)_offsetNs);
        return relative > long.MaxValue ? Instant.Never : new Instant(relative);
    }

    /// <summary>Sets the clock to a Unix time in nanoseconds. Returns by how much its times come later now.</summary>
    public long Set(long unixNs)
    {
        long old = _offsetNs;
        _offsetNs = unchecked(unixNs - (long)Clock.Now.Nanoseconds);
        return unchecked(old - _offsetNs);
    }
}
