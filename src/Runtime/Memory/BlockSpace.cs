using System.Runtime;

namespace Mote.Runtime;

/// <summary>
/// The addresses of the heap: one reserved range, cut into blocks. A table with a byte a block says what each is, so any
/// word can be asked whether it points into the heap. Pages get memory one by one as they are needed and lose it when their
/// block is free; the first pages, given at boot, keep theirs, and are zeroed instead.
/// </summary>
// SAFETY: a block is given out only while the table says it is free, and used only after its pages have memory; that the
// range is ours, and that the hooks give zeroed memory and take it back, is the promise of who registers them.
internal static unsafe class BlockSpace
{
    public const nuint BlockBytes = 16 * 1024;
    public const nuint PageBytes = 4096;
    private const nuint FirstTableBytes = 1024;

    private static byte* s_base;
    private static nuint s_reservedBlocks;
    private static byte* s_table;
    private static nuint s_tableCapacity;
    private static nuint s_top;
    private static nuint s_firstFree;
    private static byte* s_bootEnd;
    private static nuint s_committedPages;
    private static nuint s_limitPages;
    private static delegate* unmanaged<void*, nuint, int> s_commit;
    private static delegate* unmanaged<void*, nuint, void> s_release;

    /// <summary>Where the heap starts.</summary>
    public static byte* Base => s_base;

    /// <summary>Bytes from <see cref="Base"/> in which blocks are or were.</summary>
    public static nuint UsedBytes => s_top * BlockBytes;

    /// <summary>Blocks from the start among which all used ones are.</summary>
    public static nuint Top => s_top;

    /// <summary>Pages that have memory.</summary>
    public static nuint CommittedPages => s_committedPages;

    /// <summary>Pages that may still get memory before the limit.</summary>
    public static nuint PagesLeft => s_limitPages > s_committedPages ? s_limitPages - s_committedPages : 0;

    /// <summary>Gives the runtime its memory. Called once, before anything else of the runtime.</summary>
    /// <param name="start">Start of the heap's addresses, a multiple of 16 KiB.</param>
    /// <param name="bootBytes">Bytes from there that have memory now and for good; a multiple of 16 KiB.</param>
    /// <param name="reservedBytes">Bytes of addresses.</param>
    [RuntimeExport("RhMoteInitialize")]
    public static void Initialize(byte* start, nuint bootBytes, nuint reservedBytes)
    {
        s_base = start;
        s_bootEnd = start + bootBytes;
        s_reservedBlocks = reservedBytes / BlockBytes;
        s_committedPages = bootBytes / PageBytes;
        s_limitPages = ~(nuint)0;

        // The first block holds the table of the first blocks, and what else the runtime keeps.
        Block.Fill(start, 0, BlockBytes);
        s_table = start;
        s_tableCapacity = FirstTableBytes;
        s_table[0] = (byte)BlockKind.Native;
        s_top = s_firstFree = 1;
        NativeArena.Initialize(start + FirstTableBytes, start + BlockBytes);
        Heap.Initialize();
        Marker.Initialize();
        Collector.Initialize();
    }

    /// <summary>Registers who gives memory to pages behind the first ones and takes it back: <paramref name="commit"/> gets an address and a
    /// number of pages and returns nonzero when all of them have zeroed memory, or zero and has done nothing. Neither may allocate objects.</summary>
    [RuntimeExport("RhMoteSetHeapPages")]
    public static void SetPages(delegate* unmanaged<void*, nuint, int> commit, delegate* unmanaged<void*, nuint, void> release)
    {
        s_commit = commit;
        s_release = release;
    }

    /// <summary>Caps the memory of the heap.</summary>
    [RuntimeExport("RhMoteSetHeapLimit")]
    public static void SetLimit(nuint bytes) => s_limitPages = bytes / PageBytes;

    public static BlockKind KindOf(nuint block) => (BlockKind)s_table[block];

    public static BlockHeader* HeaderOf(nuint block) => (BlockHeader*)(s_base + (block * BlockBytes));

    public static nuint IndexOf(void* address) => (nuint)((byte*)address - s_base) / BlockBytes;

    /// <summary>Takes blocks that follow each other; none of their pages has memory yet, but those given at boot.</summary>
    /// <returns>The first one's address, or null when the addresses are used up.</returns>
    public static byte* Take(nuint count, BlockKind first, BlockKind rest)
    {
        nuint start = FindFree(count);
        if (start + count > s_reservedBlocks || (start + count > s_tableCapacity && !GrowTable(start + count)))
        {
            return null;
        }

        if (s_table[start] != (byte)BlockKind.Free)
        {
            // The larger table took the place that had been found.
            start = FindFree(count);
        }

        s_table[start] = (byte)first;
        for (nuint i = 1; i < count; i++)
        {
            s_table[start + i] = (byte)rest;
        }

        s_top = s_top > start + count ? s_top : start + count;
        if (start == s_firstFree)
        {
            s_firstFree = start + count;
        }

        return s_base + (start * BlockBytes);
    }

    /// <summary>Frees blocks; the memory of their first <paramref name="committed"/> bytes goes back.</summary>
    public static void Release(byte* start, nuint count, nuint committed)
    {
        Uncommit(start, committed);
        nuint index = IndexOf(start);
        for (nuint i = 0; i < count; i++)
        {
            s_table[index + i] = (byte)BlockKind.Free;
        }

        s_firstFree = s_firstFree < index ? s_firstFree : index;
        while (s_top > 0 && s_table[s_top - 1] == (byte)BlockKind.Free)
        {
            s_top--;
        }

        s_firstFree = s_firstFree < s_top ? s_firstFree : s_top;
    }

    /// <summary>Gives pages zeroed memory; false when there is none.</summary>
    public static bool Commit(byte* start, nuint bytes)
    {
        byte* end = start + bytes;
        if (start < s_bootEnd)
        {
            byte* kept = end < s_bootEnd ? end : s_bootEnd;
            Block.Fill(start, 0, (nuint)(kept - start));
            start = kept;
        }

        nuint pages = (nuint)(end - start) / PageBytes;
        if (pages == 0)
        {
            return true;
        }

        // SAFETY: the hook maps zeroed pages at addresses of ours that have none.
        if (s_commit == null || s_committedPages + pages > s_limitPages || s_commit(start, pages) == 0)
        {
            return false;
        }

        s_committedPages += pages;
        Collector.OnCommit();
        return true;
    }

    private static void Uncommit(byte* start, nuint bytes)
    {
        byte* end = start + bytes;
        start = start < s_bootEnd ? (end < s_bootEnd ? end : s_bootEnd) : start;
        nuint pages = (nuint)(end - start) / PageBytes;
        if (pages != 0)
        {
            // SAFETY: the pages were committed and nothing refers to them any more.
            s_release(start, pages);
            s_committedPages -= pages;
        }
    }

    private static nuint FindFree(nuint count)
    {
        nuint start = s_firstFree;
        for (nuint at = start; at < s_top; at++)
        {
            if (s_table[at] != (byte)BlockKind.Free)
            {
                start = at + 1;
            }
            else if (at + 1 - start == count)
            {
                return start;
            }
        }

        return start;
    }

    // The larger table goes behind all blocks; the old one, if it had blocks of its own, becomes free.
    private static bool GrowTable(nuint least)
    {
        nuint capacity = s_tableCapacity * 4;
        while (capacity < least + (capacity / BlockBytes) + 1)
        {
            capacity *= 4;
        }

        nuint blocks = (capacity + BlockBytes - 1) / BlockBytes;
        nuint start = s_top;
        byte* table = s_base + (start * BlockBytes);
        if (start + blocks > s_reservedBlocks || !Commit(table, (capacity + PageBytes - 1) & ~(PageBytes - 1)))
        {
            return false;
        }

        byte* old = s_table;
        nuint oldCapacity = s_tableCapacity;
        Block.Move(table, old, s_top);
        s_table = table;
        s_tableCapacity = capacity;
        for (nuint i = 0; i < blocks; i++)
        {
            table[start + i] = (byte)BlockKind.Native;
        }

        s_top = start + blocks;
        if (old != s_base)
        {
            Release(old, (oldCapacity + BlockBytes - 1) / BlockBytes, (oldCapacity + PageBytes - 1) & ~(PageBytes - 1));
        }

        return true;
    }
}
