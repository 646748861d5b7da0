using System;

namespace Mote.Machine;

// Free frames by 2 MiB block: each block has a list of its free frames, blocks that have some stand in one of two lists. So a block whose frames are all free again is known at
// once and can be taken whole, for a huge page; single frames come from broken blocks first. The descriptors lie behind the entries, 16 bytes a block.
internal static unsafe partial class FrameTable
{
    /// <summary>Frames of a block, and of a huge page.</summary>
    internal const uint FramesInBlock = PageSize.HugeBytes / PageSize.Bytes;

    private const uint NoBlock = uint.MaxValue;
    private const uint MappedOnce = ((uint)FrameState.Untyped << 24) | 1;

    private struct Block
    {
        public uint First; // its first free frame, linked through the entries; zero for none
        public uint FreeCount;
        public uint Next; // the blocks before and behind it in its list, or NoBlock
        public uint Previous;
    }

    private static Block* s_blocks;
    private static uint s_firstBroken; // blocks some of whose frames are free
    private static uint s_firstWhole; // blocks all of whose frames are free

    private static ulong BlockBytes(uint frameCount) => ((frameCount / FramesInBlock) + 1) * (ulong)sizeof(Block);

    /// <summary>Takes all frames of a block, each with one reference. Zero when no block is whole, or when what is kept for the heap would be touched.</summary>
    internal static uint TakeBlock(FrameState state)
    {
        if (s_freeListed + s_fresh < s_heapReserve + FramesInBlock)
        {
            return 0;
        }

        uint block = s_firstWhole;
        if (block == NoBlock)
        {
            return TakeRun(FramesInBlock, FramesInBlock, state);
        }

        uint first = block * FramesInBlock;

        // SAFETY: a whole block's frames are all below a watermark, and free.
        unsafe
        {
            Unlink(block, ref s_firstWhole);
            s_blocks[block].First = 0;
            s_blocks[block].FreeCount = 0;
            for (uint n = first; n < first + FramesInBlock; n++)
            {
                s_entries[n] = new Entry { References = 1, Link = (uint)state << 24 };
            }
        }

        s_freeListed -= FramesInBlock;
        return first;
    }

    /// <summary>Makes the references of a block that was just taken mappings, one a frame.</summary>
    internal static void MapBlock(uint first)
    {
        for (uint n = first; n < first + FramesInBlock; n++)
        {
            // SAFETY: the frames were just taken by TakeBlock, so their entries exist.
            unsafe
            {
                s_entries[n] = new Entry { References = 0, Link = MappedOnce };
            }
        }
    }

    /// <summary>Takes one mapping from each frame of a block; those that nobody else holds are free then.</summary>
    internal static void UnmapBlock(uint first)
    {
        // SAFETY: a huge page maps the frames, so their entries exist, and the block's list is empty while all of them are in use.
        unsafe
        {
            for (uint n = first; n < first + FramesInBlock; n++)
            {
                if (Checked(n).References != 0 || s_entries[n].Link != MappedOnce)
                {
                    UnmapEach(first);
                    return;
                }
            }

            for (uint n = first; n < first + FramesInBlock; n++)
            {
                s_entries[n] = new Entry { References = 0, Link = n + 1 };
            }

            s_entries[first + FramesInBlock - 1].Link = 0;
            uint block = first / FramesInBlock;
            s_blocks[block].First = first;
            s_blocks[block].FreeCount = FramesInBlock;
            Link(block, ref s_firstWhole);
        }

        s_freeListed += FramesInBlock;
    }

    private static void UnmapEach(uint first)
    {
        for (uint n = first; n < first + FramesInBlock; n++)
        {
            ReleaseMapping(n);
        }
    }

    private static void InitializeBlocks()
    {
        s_firstBroken = NoBlock;
        s_firstWhole = NoBlock;

        // SAFETY: the table's place has room for the entries and behind them for the blocks (TableBytes).
        unsafe
        {
            s_blocks = (Block*)(s_entries + s_frameCount);
            new Span<byte>(s_blocks, (int)BlockBytes(s_frameCount)).Clear();
        }
    }

    /// <summary>Takes a frame off a list; zero when none is free.</summary>
    private static uint PopFree()
    {
        // SAFETY: blocks in the lists are below the table's end and have a free frame, whose entry links to the next.
        unsafe
        {
            uint block = s_firstBroken;
            if (block == NoBlock)
            {
                block = s_firstWhole;
                if (block == NoBlock)
                {
                    return 0;
                }

                Unlink(block, ref s_firstWhole);
                Link(block, ref s_firstBroken);
            }

            Block* from = &s_blocks[block];
            uint number = from->First;
            from->First = s_entries[number].Link & LinkMask;
            if (--from->FreeCount == 0)
            {
                Unlink(block, ref s_firstBroken);
            }

            s_freeListed--;
            return number;
        }
    }

    private static void PushFree(uint number)
    {
        uint block = number / FramesInBlock;

        // SAFETY: callers pass numbers of added regions; both tables describe them all.
        unsafe
        {
            Block* to = &s_blocks[block];
            s_entries[number] = new Entry { References = 0, Link = to->First };
            to->First = number;
            to->FreeCount++;
            if (to->FreeCount == 1)
            {
                Link(block, ref s_firstBroken);
            }
            else if (to->FreeCount == FramesInBlock)
            {
                Unlink(block, ref s_firstBroken);
                Link(block, ref s_firstWhole);
            }
        }

        s_freeListed++;
    }

    private static void Link(uint block, ref uint first)
    {
        // SAFETY: as in PushFree; first is a block of the same table.
        unsafe
        {
            s_blocks[block].Previous = NoBlock;
            s_blocks[block].Next = first;
            if (first != NoBlock)
            {
                s_blocks[first].Previous = block;
            }
        }

        first = block;
    }

    private static void Unlink(uint block, ref uint first)
    {
        // SAFETY: the block stands in the list that begins at first, so its neighbours are blocks of the same table.
        unsafe
        {
            Block* gone = &s_blocks[block];
            if (gone->Previous == NoBlock)
            {
                first = gone->Next;
            }
            else
            {
                s_blocks[gone->Previous].Next = gone->Next;
            }

            if (gone->Next != NoBlock)
            {
                s_blocks[gone->Next].Previous = gone->Previous;
            }
        }
    }
}
