namespace Mote.Runtime;

/// <summary>Small pieces of memory outside the heap that the runtime keeps for good: tables, dispatch caches, handles, what
/// the class library asks malloc for. Never scanned and never freed.</summary>
// SAFETY: hands out each byte of its blocks once.
internal static unsafe class NativeArena
{
    private static byte* s_next;
    private static byte* s_committed;
    private static byte* s_end;

    /// <summary>Gives the arena its first memory.</summary>
    public static void Initialize(byte* start, byte* end)
    {
        s_next = start;
        s_committed = s_end = end;
    }

    /// <summary>Allocates zeroed memory, 16-byte aligned. Panics when there is none.</summary>
    public static void* Allocate(nuint bytes)
    {
        bytes = (bytes + 15) & ~(nuint)15;
        if (bytes > (nuint)(s_end - s_next))
        {
            nuint blocks = (bytes + BlockSpace.BlockBytes - 1) / BlockSpace.BlockBytes;
            byte* start = BlockSpace.Take(blocks, BlockKind.Native, BlockKind.Native);
            if (start == null)
            {
                Panic.Fail("the runtime is out of memory"u8);
            }

            if (start != s_end)
            {
                s_next = s_committed = start;
            }

            s_end = start + (blocks * BlockSpace.BlockBytes);
        }

        byte* result = s_next;
        s_next += bytes;
        if (s_next > s_committed)
        {
            nuint more = ((nuint)(s_next - s_committed) + BlockSpace.PageBytes - 1) & ~(BlockSpace.PageBytes - 1);
            if (!BlockSpace.Commit(s_committed, more))
            {
                Panic.Fail("the runtime is out of memory"u8);
            }

            s_committed += more;
        }

        return result;
    }
}
