namespace Mote.Kernel.Vfs;

/// <summary>A lock on the bytes [Start, End) of a file; End is <see cref="ulong.MaxValue"/> for "to the end, wherever it moves".</summary>
public sealed record FileLock(object Owner, int ProcessId, bool IsExclusive, ulong Start, ulong End)
{
    /// <summary>The description that it was taken through; it may be closed.</summary>
    public OpenFile? Through { get; init; }
}
