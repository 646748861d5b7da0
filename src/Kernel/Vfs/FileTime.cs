namespace Mote.Kernel.Vfs;

/// <summary>A file's time stamp: seconds since 1970-01-01 UTC and nanoseconds within the second.</summary>
public readonly record struct FileTime(long Seconds, uint Nanoseconds)
{
    /// <summary>From nanoseconds since 1970-01-01 UTC.</summary>
    public static FileTime FromUnixNs(ulong nanoseconds) => new((long)(nanoseconds / 1_000_000_000), (uint)(nanoseconds % 1_000_000_000));
}
