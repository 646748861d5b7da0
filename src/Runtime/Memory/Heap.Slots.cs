namespace Mote.Runtime;

// Where unused slots come from: blocks that a collection left with dead objects, blocks with slots that were never used,
// new blocks.
internal static unsafe partial class Heap
{
    private const uint CarvedAtOnce = 8;

    /// <summary>Fills the class's list of unused slots, which is empty.</summary>
    private static bool Refill(SizeClass* @class)
    {
        while (true)
        {
            BlockHeader* block = @class->Partial;
            nuint found;
            if (block != null)
            {
                @class->Partial = block->Next;
                found = Sweep(block, @class);
                if (block->Carved < block->Slots)
                {
                    block->Next = @class->Fresh;
                    @class->Fresh = block;
                }
            }
            else
            {
                if (@class->Fresh == null && !AddBlock(@class))
                {
                    return false;
                }

                block = @class->Fresh;
                found = Carve(block, @class);
                if (found == 0)
                {
                    return false;
                }

                if (block->Carved == block->Slots)
                {
                    @class->Fresh = block->Next;
                }
            }

            if (found != 0)
            {
                Collector.OnAllocate(found * @class->SlotBytes);
                return true;
            }
        }
    }

    private static bool AddBlock(SizeClass* @class)
    {
        BlockHeader* block = (BlockHeader*)BlockSpace.Take(1, BlockKind.Small, BlockKind.Small);
        if (block == null)
        {
            return false;
        }

        if (!BlockSpace.Commit((byte*)block, BlockSpace.PageBytes))
        {
            BlockSpace.Release((byte*)block, 1, 0);
            return false;
        }

        block->SlotBytes = @class->SlotBytes;
        block->Slots = (uint)((BlockSpace.BlockBytes - BlockHeader.Bytes) / @class->SlotBytes);
        block->Class = (byte)(@class - s_classes);
        block->Committed = BlockSpace.PageBytes;
        block->Blocks = 1;
        @class->Fresh = block;
        return true;
    }

    /// <summary>Makes free slots of memory that was never used, a few at a time: most sizes have few objects.</summary>
    /// <returns>How many; none when there is no memory.</returns>
    private static nuint Carve(BlockHeader* block, SizeClass* @class)
    {
        nuint size = block->SlotBytes;
        nuint needed = BlockHeader.Bytes + ((block->Carved + 1) * size);
        if (needed > block->Committed)
        {
            needed = (needed + BlockSpace.PageBytes - 1) & ~(BlockSpace.PageBytes - 1);
            if (!BlockSpace.Commit((byte*)block + block->Committed, needed - block->Committed))
            {
                return 0;
            }

            block->Committed = needed;
        }

        nuint end = (block->Committed - BlockHeader.Bytes) / size;
        end = end < block->Slots ? end : block->Slots;
        nuint found = end - block->Carved;
        found = found > CarvedAtOnce ? CarvedAtOnce : found;
        end = block->Carved + found;
        byte* slot = BlockHeader.ObjectAt(block, block->Carved);
        byte* next = Head(@class);
        SetHead(@class, slot);
        HeapCheck.Poison(slot, found * size);
        for (nuint i = found; i > 1; i--)
        {
            byte* following = slot + size;
            Slot.SetNextFree(slot, following);
            slot = following;
        }

        Slot.SetNextFree(slot, next);
        block->Carved = (uint)end;
        return found;
    }

    /// <summary>Puts the block's dead objects and unused slots onto the class's list.</summary>
    /// <returns>How many there were.</returns>
    private static nuint Sweep(BlockHeader* block, SizeClass* @class)
    {
        if (!block->IsUnswept)
        {
            return 0;
        }

        block->IsUnswept = false;
        nuint size = block->SlotBytes;
        uint mark = Collector.LastMark;
        byte* slot = BlockHeader.ObjectAt(block, block->Carved);
        byte* next = Head(@class);
        nuint found = 0;
        for (nuint i = block->Carved; i > 0; i--)
        {
            slot -= size;
            if (*Slot.Mark(slot) == mark)
            {
                continue;
            }

            if (!Slot.IsFree(slot))
            {
                Block.Fill(slot - Slot.HeaderBytes, 0, size);
                HeapCheck.Poison(slot, size);
            }
            else
            {
                HeapCheck.PoisonUnused(slot, size);
            }

            Slot.SetNextFree(slot, next);
            next = slot;
            found++;
        }

        SetHead(@class, next);
        return found;
    }

    private static byte* Head(SizeClass* @class) => HeapCheck.IsOn ? @class->Poisoned : @class->Free;

    private static void SetHead(SizeClass* @class, byte* slot)
    {
        if (HeapCheck.IsOn)
        {
            @class->Poisoned = slot;
        }
        else
        {
            @class->Free = slot;
        }
    }
}
