using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/sys/kernel/mote/heap: figures of the kernel heap, a name and a number a line. Reading it collects first, so that they are exact.</summary>
internal static class HeapText
{
    public static void Write(ByteText text)
    {
        KernelHeap.Collect();
        HeapStatistics heap = KernelHeap.Statistics;
        Add(text, "allocations ", heap.Allocations);
        Add(text, "allocated_bytes ", heap.AllocatedBytes);
        Add(text, "live_objects ", heap.LiveObjects);
        Add(text, "live_bytes ", heap.LiveBytes);
        Add(text, "blocks ", heap.Blocks);
        Add(text, "committed_bytes ", heap.CommittedBytes);
        Add(text, "free_bytes ", MemoryStatistics.AvailableBytes);
        Add(text, "collections ", heap.Collections);
        Add(text, "last_pause ", heap.LastPause);
        Add(text, "longest_pause ", heap.LongestPause);
        Add(text, "total_pause ", heap.TotalPause);
        Add(text, "mark_stack_overflows ", heap.MarkStackOverflows);
    }

    private static void Add(ByteText text, string name, ulong value) => text.Add(name).Add(value).Add("\n"u8);
}
