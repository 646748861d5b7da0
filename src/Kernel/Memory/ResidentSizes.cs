namespace Mote.Kernel.Memory;

/// <summary>How much of an area or a map is in memory, bytes by kind (proc_pid_smaps(5), proc_pid_status(5)).</summary>
public struct ResidentSizes
{
    /// <summary>Pages that belong to the program alone: anonymous memory, and private copies of files' pages.</summary>
    public ulong Anonymous { get; internal set; }

    /// <summary>Pages of files.</summary>
    public ulong File { get; internal set; }

    /// <summary>Pages of shared anonymous memory and of files that are in memory only (tmpfs).</summary>
    public ulong Shared { get; internal set; }

    /// <summary>Of all, what was written to.</summary>
    public ulong Dirty { get; internal set; }

    /// <summary>Of all, what the CPU has marked as accessed.</summary>
    public ulong Referenced { get; internal set; }

    /// <summary>Of the anonymous ones, what huge pages map.</summary>
    public ulong Huge { get; internal set; }

    /// <summary>Of all, what is locked (mlock(2)).</summary>
    public ulong Locked { get; internal set; }

    public readonly ulong Total => Anonymous + File + Shared;

    internal void Add(in ResidentSizes other)
    {
        Anonymous += other.Anonymous;
        File += other.File;
        Shared += other.Shared;
        Dirty += other.Dirty;
        Referenced += other.Referenced;
        Huge += other.Huge;
        Locked += other.Locked;
    }
}
