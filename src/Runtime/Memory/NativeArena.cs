namespace Mote.Runtime;

/// <summary>Small pieces of memory outside the heap that the runtime keeps for good: dispatch caches, handles, what
/// the class library asks malloc for. Never scanned and never freed.</summary>
// SAFETY: hands out each byte of its chunks once.
internal static unsafe class NativeArena
{
    private const nuint ChunkBytes = 8 * 1024;

    private static byte* s_next;
    private static byte* s_end;

    /// <summary>Allocates zeroed memory, 16-byte aligned. Panics when there is none.</summary>
    public static void* Allocate(nuint bytes)
    {
        bytes = (bytes + 15) & ~(nuint)15;
        if (bytes > (nuint)(s_end - s_next))
        {
            byte* chunk = ChunkSource.Take(bytes, ChunkBytes, out nuint given);
            if (chunk == null)
            {
                Panic.Fail("the runtime is out of memory"u8);
            }

            if (chunk != s_end)
            {
                s_next = chunk;
            }

            s_end = chunk + given;
        }

        byte* result = s_next;
        s_next += bytes;
        return result;
    }
}
