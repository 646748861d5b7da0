using System.Runtime.InteropServices;

namespace Mote.Abi.Linux;

/// <summary>struct timespec: seconds and nanoseconds.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct TimeSpec
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public long Seconds;
    public long Nanoseconds;

    /// <summary>Not negative, and less than a second of nanoseconds (EINVAL otherwise).</summary>
    public readonly bool IsValid => Seconds >= 0 && Nanoseconds is >= 0 and < NanosecondsPerSecond;

    /// <summary>The whole in nanoseconds; what does not fit is the largest value, which means never. Only for valid ones.</summary>
    public readonly ulong ToNanoseconds() =>
        (ulong)Seconds >= (ulong)(long.MaxValue / NanosecondsPerSecond)
            ? ulong.MaxValue
            : ((ulong)Seconds * NanosecondsPerSecond) + (ulong)Nanoseconds;

    public static TimeSpec FromNanoseconds(ulong nanoseconds) => new()
    {
        Seconds = (long)(nanoseconds / NanosecondsPerSecond),
        Nanoseconds = (long)(nanoseconds % NanosecondsPerSecond),
    };
}
