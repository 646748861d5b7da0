using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>The heap of managed objects: slots of size classes in blocks, runs of blocks for large objects. Allocation never
/// collects; <see cref="Collector"/> says when that is done.</summary>
// SAFETY: a slot is on one free list or in use; its type is written before anybody can see it, so a collection finds either an object or an
// unused slot.
internal static unsafe partial class Heap
{
    private static SizeClass* s_classes;
    private static byte* s_classOfSize;
    private static int s_classCount;
    private static nuint s_largeCount;
    private static nuint s_largeBytes;

    /// <summary>Called once the first memory is there.</summary>
    public static void Initialize()
    {
        SizeClass* classes;
        byte* sizes;
        s_classCount = SizeClass.Create(&classes, &sizes);
        s_classes = classes;
        s_classOfSize = sizes;
    }

    /// <summary>Allocates a zeroed object and sets its type, when that needs nothing but an unused slot at hand.</summary>
    /// <param name="type">Its method table.</param>
    /// <param name="size">Its bytes, including the header, a multiple of 8.</param>
    /// <returns>The object or null.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* TryTake(MethodTable* type, nuint size)
    {
        if (size > SizeClass.LargestSlot)
        {
            return null;
        }

        SizeClass* @class = &s_classes[s_classOfSize[size / 8]];
        byte* slot = @class->Free;
        if (slot != null)
        {
            @class->Free = Slot.NextFree(slot);
            @class->Count++;
            *(MethodTable**)slot = type;
        }

        return slot;
    }

    /// <summary>Allocates a zeroed object and sets its type.</summary>
    /// <returns>The object, or null when memory is exhausted.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static byte* Allocate(MethodTable* type, nuint size)
    {
        if (Collector.IsFailureDue())
        {
            return null;
        }

        byte* slot;
        if (size > SizeClass.LargestSlot)
        {
            slot = TakeLarge(size);
        }
        else
        {
            SizeClass* @class = &s_classes[s_classOfSize[size / 8]];
            slot = HeapCheck.IsOn ? TakePoisoned(@class) : Refill(@class) ? Take(@class) : null;
        }

        if (slot != null)
        {
            *(MethodTable**)slot = type;
        }

        return slot;
    }

    /// <summary>Bytes of the slots of all objects allocated since boot.</summary>
    [RuntimeExport("RhMoteHeapAllocatedBytes")]
    public static nuint AllocatedBytes()
    {
        nuint bytes = s_largeBytes;
        for (int i = 0; i < s_classCount; i++)
        {
            bytes += s_classes[i].Count * s_classes[i].SlotBytes;
        }

        return bytes;
    }

    /// <summary>Number of objects allocated since boot.</summary>
    [RuntimeExport("RhMoteHeapAllocationCount")]
    public static nuint AllocationCount()
    {
        nuint count = s_largeCount;
        for (int i = 0; i < s_classCount; i++)
        {
            count += s_classes[i].Count;
        }

        return count;
    }

    private static byte* Take(SizeClass* @class)
    {
        byte* slot = @class->Free;
        @class->Free = Slot.NextFree(slot);
        @class->Count++;
        return slot;
    }

    private static byte* TakePoisoned(SizeClass* @class)
    {
        if (@class->Poisoned == null && !Refill(@class))
        {
            return null;
        }

        byte* slot = @class->Poisoned;
        @class->Poisoned = Slot.NextFree(slot);
        @class->Count++;
        HeapCheck.Unpoison(slot, @class->SlotBytes);
        return slot;
    }

    private static byte* TakeLarge(nuint size)
    {
        nuint bytes = size + BlockHeader.Bytes;
        nuint committed = (bytes + BlockSpace.PageBytes - 1) & ~(BlockSpace.PageBytes - 1);
        nuint blocks = (bytes + BlockSpace.BlockBytes - 1) / BlockSpace.BlockBytes;
        byte* start = BlockSpace.Take(blocks, BlockKind.Large, BlockKind.Rest);
        if (start == null)
        {
            return null;
        }

        if (!BlockSpace.Commit(start, committed))
        {
            BlockSpace.Release(start, blocks, 0);
            return null;
        }

        BlockHeader* block = (BlockHeader*)start;
        block->SlotBytes = size;
        block->Slots = block->Carved = 1;
        block->Committed = committed;
        block->Blocks = blocks;
        s_largeCount++;
        s_largeBytes += size;
        Collector.OnAllocate(size);
        return BlockHeader.ObjectAt(block, 0);
    }
}
