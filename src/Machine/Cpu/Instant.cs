using System;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>A point of monotonic time: nanoseconds since the machine started. Never goes back.</summary>
public readonly record struct Instant(ulong Nanoseconds) : IComparable<Instant>
{
    /// <summary>Later than any time that comes: waits without a deadline use it.</summary>
    public static readonly Instant Never = new(ulong.MaxValue);

    public bool IsNever => Nanoseconds == ulong.MaxValue;

    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>This time plus a span in nanoseconds; <see cref="Never"/> when it does not fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Instant Plus(ulong nanoseconds)
    {
        ulong sum = unchecked(Nanoseconds + nanoseconds);
        return sum < nanoseconds ? Never : new Instant(sum);
    }

    /// <summary>This time moved by a span in nanoseconds, at least to the machine's start; <see cref="Never"/> stays.</summary>
    public Instant Shifted(long nanoseconds) =>
        IsNever ? Never
        : nanoseconds >= 0 ? Plus((ulong)nanoseconds)
        : new Instant(Nanoseconds - Math.Min(Nanoseconds, unchecked(0 - (ulong)nanoseconds)));

    /// <summary>Nanoseconds from <paramref name="earlier"/> to this; zero when it lies in the future.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Since(Instant earlier) => Nanoseconds > earlier.Nanoseconds ? unchecked(Nanoseconds - earlier.Nanoseconds) : 0;

    public static bool operator <(Instant left, Instant right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(Instant left, Instant right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(Instant left, Instant right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(Instant left, Instant right) => left.Nanoseconds >= right.Nanoseconds;
}
