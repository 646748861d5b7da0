using System;

namespace Mote.Machine;

// Huge pages: 2 MiB of fresh memory that one entry of the second level maps. Its 512 frames are counted one by one as if they were mapped singly, so splitting changes no count and
// needs nothing but a table; that table is set aside when the huge page is mapped, so splitting cannot fail.
public sealed unsafe partial class AddressSpace
{
    private uint _spareTables; // one for each huge page, linked through their first words
    private bool _hasSplit;

    /// <summary>Huge pages mapped now.</summary>
    public ulong HugePages { get; private set; }

    /// <summary>Whether nothing is mapped, nor was of late, in the 2 MiB around an address: <see cref="TryMapHuge"/> may succeed.</summary>
    public bool IsHugePlaceFree(VirtAddr address)
    {
        CheckRange(address.PageStart, PageSize.Bytes);

        // SAFETY: FindLeaf returns a live entry.
        unsafe
        {
            return *PageTable.FindLeaf(Root, address.Value, out int level) == 0 && level > 0;
        }
    }

    /// <summary>Maps fresh zeroed memory at 2 MiB of addresses where nothing is. False when there is no run of free frames or no memory for tables.</summary>
    /// <param name="start">A multiple of 2 MiB.</param>
    /// <param name="access">What the program may do with it.</param>
    public bool TryMapHuge(VirtAddr start, PageAccess access)
    {
        CheckRange(start, PageSize.HugeBytes);
        if ((start.Value & (PageSize.HugeBytes - 1)) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(start));
        }

        // SAFETY: FindHugePlace returns a live entry of the second level that has no table; the frames were just taken and nobody else knows them.
        unsafe
        {
            ulong* entry = FindHugePlace(start.Value);
            uint spare = entry == null ? 0 : FrameTable.Take(FrameState.Kernel);
            uint first = spare == 0 ? 0 : FrameTable.TakeBlock(FrameState.Untyped);
            if (first == 0)
            {
                if (spare != 0)
                {
                    FrameTable.Release(spare);
                }

                return false;
            }

            new Span<byte>(PhysicalMemory.Window(first), PageSize.HugeBytes).Clear();
            FrameTable.MapBlock(first);
            *entry = ((ulong)first << PageSize.Shift) | PageTable.Encode(access) | PageTable.Huge;
            PushSpare(spare);
        }

        ResidentPages += FrameTable.FramesInBlock;
        HugePages++;
        return true;
    }

    /// <summary>Whether the huge page at an address can move as one to another: both are multiples of 2 MiB, all of it moves, and nothing is there.</summary>
    private bool CanMoveHuge(ulong from, ulong to, ulong end)
    {
        if (((from | to) & (PageSize.HugeBytes - 1)) != 0 || end - from < PageSize.HugeBytes)
        {
            return false;
        }

        // SAFETY: FindLeaf returns a live entry.
        unsafe
        {
            return *PageTable.FindLeaf(Root, to, out int level) == 0 && level > 0;
        }
    }

    /// <summary>The entry of the second level for an address, its table made if it must be; null when a table of pages or a huge page is there, or memory is short.</summary>
    private ulong* FindHugePlace(ulong address)
    {
        // SAFETY: the walk starts at the live root and follows entries that name tables; the index is below 512.
        unsafe
        {
            ulong* table = Root;
            for (int level = 3; level > 1; level--)
            {
                ulong* above = &table[PageTable.IndexAt(address, level)];
                if (!PageTable.IsTable(*above) && !PageTable.TryAddTable(above, TableBits))
                {
                    return null;
                }

                table = PageTable.TableAt(*above);
            }

            ulong* entry = &table[PageTable.IndexAt(address, 1)];
            return *entry == 0 ? entry : null;
        }
    }

    /// <summary>Gives a huge page's frames and its spare table back.</summary>
    private void ReleaseHuge(ulong* entry)
    {
        // SAFETY: the entry is a live one of this space that maps a huge page.
        unsafe
        {
            uint first = FirstFrame(*entry);
            *entry = 0;
            FrameTable.UnmapBlock(first);
        }

        FrameTable.Release(PopSpare());
        HugePages--;
    }

    /// <summary>Maps the same frames with the same access page by page. The caller drops the old translation: <see cref="Flush"/> then drops all.</summary>
    private void Split(ulong* entry)
    {
        uint number = PopSpare();

        // SAFETY: the entry is a live one of this space that maps a huge page. The spare table is this space's alone and not in use; its 512 entries are written before the CPU can see them.
        unsafe
        {
            ulong value = *entry & ~PageTable.Huge;
            ulong* table = (ulong*)PhysicalMemory.Window(number);
            for (uint i = 0; i < PageTable.EntryCount; i++)
            {
                table[i] = value + ((ulong)i << PageSize.Shift);
            }

            *entry = ((ulong)number << PageSize.Shift) | TableBits;
        }

        HugePages--;
        _hasSplit = true;
    }

    private static bool IsShared(ulong entry)
    {
        uint first = FirstFrame(entry);
        for (uint n = first; n < first + FrameTable.FramesInBlock; n++)
        {
            if (FrameTable.ReferencesOf(n) > 1)
            {
                return true;
            }
        }

        return false;
    }

    private static uint FirstFrame(ulong entry) => (uint)((entry & PageTable.AddressMask) >> PageSize.Shift);

    private void PushSpare(uint number)
    {
        // SAFETY: the frame is this space's alone until it becomes a table.
        unsafe
        {
            *(uint*)PhysicalMemory.Window(number) = _spareTables;
        }

        _spareTables = number;
    }

    private uint PopSpare()
    {
        uint number = _spareTables;
        if (number == 0)
        {
            throw new InvalidOperationException("A huge page has no table set aside.");
        }

        // SAFETY: as in PushSpare.
        unsafe
        {
            _spareTables = *(uint*)PhysicalMemory.Window(number);
        }

        return number;
    }
}
