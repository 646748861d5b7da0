using System.Runtime;

namespace Mote.Runtime;

/// <summary>Where the heap and the native arena get zeroed memory from: the region given at boot, then the hook that
/// the memory manager registers. Memory is never given back.</summary>
// SAFETY: hands out each byte of the regions once; that the regions are free, zeroed memory is the boot code's
// promise.
internal static unsafe class ChunkSource
{
    private static byte* s_next;
    private static byte* s_end;
    private static delegate* unmanaged<nuint, nuint*, void*> s_more;

    /// <summary>Gives the runtime its first memory. Called once, before anything else of the runtime.</summary>
    /// <param name="start">Zeroed memory, 16-byte aligned.</param>
    /// <param name="bytes">Its size.</param>
    [RuntimeExport("RhMoteInitialize")]
    public static void Initialize(byte* start, nuint bytes)
    {
        s_next = start;
        s_end = start + bytes;
    }

    /// <summary>Registers the source that is asked when the first memory is used up. It gets the least number of bytes,
    /// stores how many it gives and returns zeroed, 16-byte aligned memory, or null when there is none.</summary>
    [RuntimeExport("RhMoteSetHeapSource")]
    public static void SetSource(delegate* unmanaged<nuint, nuint*, void*> source) => s_more = source;

    /// <summary>Takes zeroed memory.</summary>
    /// <param name="least">The least number of bytes that helps.</param>
    /// <param name="wanted">How much to take when there is plenty.</param>
    /// <param name="given">How much it was; at least <paramref name="least"/>.</param>
    /// <returns>The memory, 16-byte aligned, or null.</returns>
    public static byte* Take(nuint least, nuint wanted, out nuint given)
    {
        least = (least + 15) & ~(nuint)15;
        wanted = (wanted + 15) & ~(nuint)15;
        if (least > (nuint)(s_end - s_next))
        {
            nuint got = 0;
            // SAFETY: the hook returns memory that nothing else uses, `got` bytes of it, zeroed.
            byte* more = s_more == null ? null : (byte*)s_more(least, &got);
            if (more == null || got < least)
            {
                given = 0;
                return null;
            }

            if (more == s_end)
            {
                s_end += got;
            }
            else if (got - least < (nuint)(s_end - s_next))
            {
                // What would be left of the new region is less than what is left of the old one.
                given = got;
                return more;
            }
            else
            {
                s_next = more;
                s_end = more + got;
            }
        }

        nuint rest = (nuint)(s_end - s_next);
        given = wanted < rest ? wanted : rest;
        given = given < least ? least : given;
        byte* result = s_next;
        s_next += given;
        return result;
    }
}
