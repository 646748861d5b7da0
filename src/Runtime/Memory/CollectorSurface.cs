using System.Runtime;

namespace Mote.Runtime;

/// <summary>System.GC's way to the collector. There is none yet: it never collects, and says so.</summary>
// SAFETY: follows no pointer.
internal static unsafe class CollectorSurface
{
    [RuntimeExport("RhpCollect")]
    public static void Collect(int generation, int mode, int lowMemory)
    {
    }

    [RuntimeExport("RhpGetGcTotalMemory")]
    public static long TotalMemory() => (long)Heap.AllocatedBytes();

    [RuntimeExport("RhGetTotalAllocatedBytes")]
    public static long TotalAllocatedBytes() => (long)Heap.AllocatedBytes();

    [RuntimeExport("RhGetAllocatedBytesForCurrentThread")]
    public static long AllocatedBytesOfThread() => (long)Heap.AllocatedBytes();

    [RuntimeExport("RhGetGcCollectionCount")]
    public static int CollectionCount(int generation, bool special) => 0;

    [RuntimeExport("RhGetMaxGcGeneration")]
    public static int MaxGeneration() => 0;

    [RuntimeExport("RhGetGeneration")]
    public static int Generation(void* value) => 0;

    [RuntimeExport("RhGetMemoryInfo")]
    public static void MemoryInfo(void* info, int kind)
    {
    }

    [RuntimeExport("RhpStartNoGCRegion")]
    public static int StartNoCollection(long total, int hasLargeSize, long largeSize, int disallowBlocking) => 0;

    [RuntimeExport("RhpEndNoGCRegion")]
    public static int EndNoCollection() => 0;

    [RuntimeExport("RhReRegisterForFinalize")]
    public static bool ReRegisterForFinalize(void* value) => true;

    [RuntimeExport("RhSuppressFinalize")]
    public static void SuppressFinalize(void* value)
    {
    }

    // No finalizer thread exists that could ask; these are here because the class library refers to them.
    [RuntimeExport("RhpWaitForFinalizerRequest")]
    public static uint WaitForFinalizerRequest() => 0;

    [RuntimeExport("RhpGetNextFinalizableObject")]
    public static void* NextFinalizableObject() => null;

    [RuntimeExport("RhpSignalFinalizationComplete")]
    public static void SignalFinalizationComplete(uint count, int observedCollections)
    {
    }

    // Objects that the compiler or the class library laid out outside the heap are never moved or freed, so
    // knowing where they lie is of no use yet. The result must not be zero.
    [RuntimeExport("RhRegisterFrozenSegment")]
    public static nint RegisterFrozenSegment(void* start, nuint allocated, nuint committed, nuint reserved) => (nint)start;

    [RuntimeExport("RhUpdateFrozenSegment")]
    public static void UpdateFrozenSegment(nint segment, void* allocated, void* committed)
    {
    }
}
