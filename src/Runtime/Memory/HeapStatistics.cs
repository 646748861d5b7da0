using System.Runtime;

namespace Mote.Runtime;

/// <summary>Figures of the heap, as Machine's structure of the same name has them.</summary>
// SAFETY: writes one structure of the caller's.
internal unsafe struct HeapStatistics
{
    public nuint Allocations;
    public nuint AllocatedBytes;
    public nuint Collections;

    /// <summary>After the last collection.</summary>
    public nuint LiveObjects;
    public nuint LiveBytes;
    public nuint Blocks;

    /// <summary>Now, the runtime's own memory included.</summary>
    public nuint CommittedBytes;
    public nuint BytesLeft;
    public nuint MarkStackOverflows;

    [RuntimeExport("RhMoteHeapStatistics")]
    public static void Read(HeapStatistics* result) => Collector.Fill(result);
}
