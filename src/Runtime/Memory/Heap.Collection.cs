namespace Mote.Runtime;

// The heap's part in a collection: before and after marking.
internal static unsafe partial class Heap
{
    /// <summary>Forgets the lists of unused slots, and counts live objects from zero.</summary>
    public static void BeginCollection()
    {
        ForgetUnused();
        for (nuint i = 0; i < BlockSpace.Top; i++)
        {
            if (BlockSpace.KindOf(i) is BlockKind.Small or BlockKind.Large)
            {
                BlockSpace.HeaderOf(i)->Live = 0;
            }
        }
    }

    /// <summary>Makes what is free now unreachable until the next collection has found it again.</summary>
    public static void ForgetUnused()
    {
        for (int i = 0; i < s_classCount; i++)
        {
            SizeClass* @class = &s_classes[i];
            @class->Free = @class->Poisoned = null;
            @class->Partial = @class->Fresh = null;
        }
    }

    /// <summary>Frees blocks without a live object and lists those with unused slots, low addresses first, so that high ones empty.</summary>
    public static void Reclaim(out nuint objects, out nuint bytes, out nuint blocks)
    {
        nuint liveObjects = 0;
        nuint liveBytes = 0;
        nuint used = 0;
        for (nuint i = BlockSpace.Top; i > 0; i--)
        {
            if (BlockSpace.KindOf(i - 1) is not BlockKind.Small and not BlockKind.Large)
            {
                continue;
            }

            BlockHeader* block = BlockSpace.HeaderOf(i - 1);
            if (block->Live == 0)
            {
                BlockSpace.Release((byte*)block, block->Blocks, block->Committed);
                continue;
            }

            liveObjects += block->Live;
            liveBytes += block->Live * block->SlotBytes;
            used += block->Blocks;
            List(block);
        }

        objects = liveObjects;
        bytes = liveBytes;
        blocks = used;
    }

    /// <summary>Finds all dead objects now.</summary>
    public static void SweepAll()
    {
        for (nuint i = BlockSpace.Top; i > 0; i--)
        {
            BlockHeader* block = BlockSpace.HeaderOf(i - 1);
            if (BlockSpace.KindOf(i - 1) == BlockKind.Small && block->IsUnswept)
            {
                Sweep(block, &s_classes[block->Class]);
            }
        }
    }

    // A block is on one list: one that is still to be swept goes to the other when that is done.
    private static void List(BlockHeader* block)
    {
        if (block->Slots == 1)
        {
            return;
        }

        SizeClass* @class = &s_classes[block->Class];
        block->IsUnswept = block->Live < block->Carved;
        if (block->IsUnswept)
        {
            block->Next = @class->Partial;
            @class->Partial = block;
        }
        else if (block->Carved < block->Slots)
        {
            block->Next = @class->Fresh;
            @class->Fresh = block;
        }
    }
}
