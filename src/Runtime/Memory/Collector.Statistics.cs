namespace Mote.Runtime;

// Figures for whoever looks into the machine.
internal static unsafe partial class Collector
{
    public static void Fill(HeapStatistics* result)
    {
        result->Allocations = Heap.AllocationCount();
        result->AllocatedBytes = Heap.AllocatedBytes();
        result->Collections = s_collections;
        result->LiveObjects = s_liveObjects;
        result->LiveBytes = s_liveBytes;
        result->Blocks = s_blocks;
        result->CommittedBytes = BlockSpace.CommittedPages * BlockSpace.PageBytes;
        result->BytesLeft = BlockSpace.PagesLeft > ~(nuint)0 / BlockSpace.PageBytes ? ~(nuint)0 : BlockSpace.PagesLeft * BlockSpace.PageBytes;
        result->MarkStackOverflows = Marker.Overflows;
    }
}
