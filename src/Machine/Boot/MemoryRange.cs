namespace Mote.Machine;

/// <summary>Physical addresses from <paramref name="Start"/> up to, but without, <paramref name="End"/>.</summary>
public readonly record struct MemoryRange(ulong Start, ulong End)
{
    /// <summary>Zero where the end does not come after the start.</summary>
    public ulong Bytes => End > Start ? End - Start : 0;

    /// <summary>A range by its length, as loaders state it; it ends at the last address at most.</summary>
    public static MemoryRange Of(ulong start, ulong length) =>
        new(start, length > ulong.MaxValue - start ? ulong.MaxValue : start + length);
}
