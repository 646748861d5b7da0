using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>The x86-64 page-table entry format (SDM volume 3, 4.5) and the walk over it, through the direct map.</summary>
internal static unsafe class PageTable
{
    internal const ulong Present = 1;
    internal const ulong Writable = 1 << 1;
    internal const ulong User = 1 << 2;
    internal const ulong WriteThrough = 1 << 3;
    internal const ulong CacheDisable = 1 << 4;
    internal const ulong Accessed = 1 << 5;
    internal const ulong Dirty = 1 << 6;
    internal const ulong Huge = 1 << 7;
    internal const ulong Global = 1 << 8;

    /// <summary>A bit that the CPU leaves alone: the entry is not present but still holds its frame (a program took all access away).</summary>
    internal const ulong Kept = 1 << 9;

    /// <summary>Either bit: the entry holds a reference on a frame.</summary>
    internal const ulong Holds = Present | Kept;
    internal const ulong NoExecute = 1UL << 63;
    internal const ulong AddressMask = 0x000f_ffff_ffff_f000;
    internal const int EntryCount = 512;
    private const ulong IndexMask = EntryCount - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong* TableAt(ulong entry) => (ulong*)unchecked(PhysicalMemory.Base + (entry & AddressMask));

    /// <summary>Index into the table of a level: 3 is the root (PML4), 0 the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int IndexAt(ulong address, int level) => (int)((address >> (PageSize.Shift + (9 * level))) & (EntryCount - 1));

    /// <summary>Bytes that one entry of a level covers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong SpanOf(int level) => 1UL << (PageSize.Shift + (9 * level));

    internal static ulong Encode(PageAccess access)
    {
        if ((access & PageAccess.Read) == 0 && access != PageAccess.None)
        {
            access |= PageAccess.Read; // x86 has no write-only or execute-only pages
        }

        if (access == PageAccess.None)
        {
            return Kept;
        }

        ulong bits = Present | User;
        if ((access & PageAccess.Write) != 0)
        {
            bits |= Writable;
        }

        if ((access & PageAccess.Execute) == 0)
        {
            bits |= NoExecute;
        }

        return bits;
    }

    internal static PageAccess Decode(ulong entry) =>
        (entry & Present) == 0 ? PageAccess.None : PageAccess.Read
        | ((entry & Writable) != 0 ? PageAccess.Write : PageAccess.None)
        | ((entry & NoExecute) == 0 ? PageAccess.Execute : PageAccess.None);

    /// <summary>
    /// The entry of the last level for an address, or null when a table on the way is missing and is not to be made (or memory ran out). Not for addresses that a huge page maps:
    /// a program's space splits it first.
    /// </summary>
    internal static ulong* Find(ulong* root, ulong address, bool create, ulong tableBits)
    {
        ulong* table = root;
        for (int level = 3; level > 0; level--)
        {
            // SAFETY: table is the root or a table frame that an entry of ours names; the index is below 512.
            unsafe
            {
                ulong* entry = &table[IndexAt(address, level)];
                if ((*entry & Present) == 0)
                {
                    if (!create || !TryAddTable(entry, tableBits))
                    {
                        return null;
                    }
                }

                table = TableAt(*entry);
            }
        }

        return table + IndexAt(address, 0);
    }

    /// <summary>The entry that maps an address, or would: of the last level, or of one above it that maps a huge page or has no table.</summary>
    internal static ulong* FindLeaf(ulong* root, ulong address, out int level)
    {
        // Every page fault walks twice, so the levels are written out.
        // SAFETY: each table is the root or a table frame that an entry of ours names; the indexes are below 512.
        unsafe
        {
            level = 3;
            ulong* entry = &root[(address >> 39) & IndexMask];
            if (IsTable(*entry))
            {
                level = 2;
                entry = &TableAt(*entry)[(address >> 30) & IndexMask];
                if (IsTable(*entry))
                {
                    level = 1;
                    entry = &TableAt(*entry)[(address >> 21) & IndexMask];
                    if (IsTable(*entry))
                    {
                        level = 0;
                        entry = &TableAt(*entry)[(address >> 12) & IndexMask];
                    }
                }
            }

            return entry;
        }
    }

    /// <summary>Whether an entry above the last level names a table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsTable(ulong entry) => (entry & (Present | Huge)) == Present;

    internal static bool TryAddTable(ulong* entry, ulong tableBits)
    {
        uint number = FrameTable.Take(FrameState.Kernel);
        if (number == 0)
        {
            return false;
        }

        // SAFETY: the frame was just taken for this use; entry points into a live table.
        unsafe
        {
            new System.Span<byte>(PhysicalMemory.Window(number), PageSize.Bytes).Clear();
            *entry = ((ulong)number << PageSize.Shift) | tableBits;
        }

        return true;
    }
}
