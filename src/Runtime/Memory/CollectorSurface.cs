using System.Runtime;

namespace Mote.Runtime;

/// <summary>System.GC's way to the collector, but for GC.Collect, which is in Arch/X64/Collect.S.</summary>
// SAFETY: follows no pointer.
internal static unsafe class CollectorSurface
{
    [RuntimeExport("RhpGetGcTotalMemory")]
    public static long TotalMemory() => (long)(BlockSpace.CommittedPages * BlockSpace.PageBytes);

    [RuntimeExport("RhGetTotalAllocatedBytes")]
    public static long TotalAllocatedBytes() => (long)Heap.AllocatedBytes();

    [RuntimeExport("RhGetAllocatedBytesForCurrentThread")]
    public static long AllocatedBytesOfThread() => (long)Heap.AllocatedBytes();

    [RuntimeExport("RhGetGcCollectionCount")]
    public static int CollectionCount(int generation, bool special) => (int)Collector.Collections;

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
}
