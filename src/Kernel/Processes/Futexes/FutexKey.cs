namespace Mote.Kernel.Processes;

/// <summary>What a futex word is, whatever address it is seen at: an offset in the memory of a process, or in the pages that a shared mapping shows.</summary>
internal readonly record struct FutexKey(object Owner, ulong Offset)
{
    internal int Hash(int buckets) => (int)(unchecked((Offset >> 2) * 0x9e37_79b1UL) >> 16 & (ulong)(buckets - 1));

    internal bool IsSame(in FutexKey other) => Offset == other.Offset && ReferenceEquals(Owner, other.Owner);
}
