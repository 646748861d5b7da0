using System;

namespace Mote.Machine;

// Operations on ranges of pages: unmap, protect, move. Absent subtrees are skipped whole, so the cost is that of what is mapped.
public sealed unsafe partial class AddressSpace
{
    private const ulong KeptBits = PageTable.AddressMask | PageTable.Accessed | PageTable.Dirty;

    /// <summary>Unmaps every page of the range, drops their references and frees tables that the range covers whole. Huge pages that it covers in part are split.</summary>
    public void Unmap(VirtAddr start, ulong length)
    {
        CheckRange(start, length);
        if (length == 0)
        {
            return;
        }

        bool hasFreedTables = false;
        ulong pages = UnmapIn(Root, 3, start.Value, start.Value + length, ref hasFreedTables);
        ResidentPages -= pages;

        // A table that was freed may be cached though no page of it was: the CPU keeps entries of upper levels (SDM volume 3, 4.10.3). Left there, the frame's next user would
        // write what the CPU takes for page-table entries.
        Flush(start, length, pages > 0 || hasFreedTables);
    }

    /// <summary>Gives every mapped page of the range another access; with <see cref="PageAccess.None"/> it keeps its frame but faults. Permanent frames and, with
    /// <paramref name="keepReadOnly"/>, frames that somebody else holds too never become writable: the write faults and the handler copies.</summary>
    public void Protect(VirtAddr start, ulong length, PageAccess access, bool keepReadOnly)
    {
        CheckRange(start, length);
        if (length == 0)
        {
            return;
        }

        ulong pages = ProtectIn(Root, 3, start.Value, start.Value + length, access, keepReadOnly);
        Flush(start, length, pages > 0);
    }

    /// <summary>Moves the mapped pages of a range to another that has none (mremap): a page there throws. False when there is no memory for tables; pages moved so far stay moved.</summary>
    public bool TryMove(VirtAddr from, VirtAddr to, ulong length)
    {
        CheckRange(from, length);
        CheckRange(to, length);
        bool hasMoved = false;
        bool complete = true;
        ulong* root = Root;
        for (ulong offset = 0; offset < length && complete;)
        {
            ulong at = from.Value + offset;
            ulong end = from.Value + length;

            // SAFETY: FindLeaf and Find return live entries of this space's tables.
            unsafe
            {
                ulong* source = PageTable.FindLeaf(root, at, out int level);
                ulong span = PageTable.SpanOf(level);
                if ((*source & PageTable.Holds) == 0)
                {
                    // Nothing here: go on behind what the entry covers.
                    offset = (at & ~(span - 1)) + span - from.Value;
                    continue;
                }

                if (level > 0 && !CanMoveHuge(at, to.Value + offset, end))
                {
                    Split(source);
                    hasMoved = true;
                    continue;
                }

                // A huge page is no table in which a place could be found.
                ulong* there = PageTable.FindLeaf(root, to.Value + offset, out int targetLevel);
                if (targetLevel > 0 && (*there & PageTable.Holds) != 0)
                {
                    ThrowMapped();
                }

                ulong* target = level > 0 ? FindHugePlace(to.Value + offset) : PageTable.Find(root, to.Value + offset, create: true, TableBits);
                if (target == null)
                {
                    complete = false;
                    break;
                }

                if ((*target & PageTable.Holds) != 0)
                {
                    ThrowMapped();
                }

                *target = *source;
                *source = 0;
                hasMoved = true;
                offset += span;
            }
        }

        Flush(from, length, hasMoved);
        return complete;
    }

    // What was there would lose its reference and be nobody's.
    private static void ThrowMapped() => throw new InvalidOperationException("The page is mapped already.");

    private ulong UnmapIn(ulong* table, int level, ulong start, ulong end, ref bool hasFreedTables)
    {
        ulong span = PageTable.SpanOf(level);
        ulong pages = 0;
        int index = PageTable.IndexAt(start, level);
        for (ulong at = start; at < end; index++)
        {
            ulong upTo = (at & ~(span - 1)) + span;

            // SAFETY: table is a live table of this level and the index is below 512, because a range lies in one table.
            unsafe
            {
                ulong* entry = &table[index];
                ulong value = *entry;
                if ((value & PageTable.Holds) == 0)
                {
                    at = upTo;
                    continue;
                }

                if (level == 0)
                {
                    *entry = 0;
                    FrameTable.ReleaseMapping((uint)((value & PageTable.AddressMask) >> PageSize.Shift));
                    pages++;
                    at = upTo;
                    continue;
                }

                upTo = Math.Min(end, upTo);
                if (!PageTable.IsTable(value))
                {
                    if (upTo - at == span)
                    {
                        ReleaseHuge(entry);
                        pages += FrameTable.FramesInBlock;
                        at = upTo;
                        continue;
                    }

                    Split(entry);
                    hasFreedTables = true; // as much as that: translations of the whole are stale
                }

                pages += UnmapIn(PageTable.TableAt(*entry), level - 1, at, upTo, ref hasFreedTables);
                if (level == 1 && upTo - at == span)
                {
                    FrameTable.Release((uint)((*entry & PageTable.AddressMask) >> PageSize.Shift));
                    *entry = 0;
                    hasFreedTables = true;
                }

                at = upTo;
            }
        }

        return pages;
    }

    private ulong ProtectIn(ulong* table, int level, ulong start, ulong end, PageAccess access, bool keepReadOnly)
    {
        ulong span = PageTable.SpanOf(level);
        ulong pages = 0;
        ulong bits = PageTable.Encode(access);
        int index = PageTable.IndexAt(start, level);
        ulong upTo;
        for (ulong at = start; at < end; at = upTo, index++)
        {
            upTo = (at & ~(span - 1)) + span;

            // SAFETY: table is a live table of this level and the index is below 512, because a range lies in one table.
            unsafe
            {
                ulong* entry = &table[index];
                ulong value = *entry;
                if ((value & PageTable.Holds) == 0)
                {
                    continue;
                }

                if (level == 0)
                {
                    *entry = (value & KeptBits) | BitsFor(FirstFrame(value), bits, keepReadOnly);
                    pages++;
                    continue;
                }

                if (!PageTable.IsTable(value))
                {
                    if (end >= upTo && upTo - at == span && !(keepReadOnly && IsShared(value)))
                    {
                        *entry = (value & KeptBits) | bits | PageTable.Huge;
                        pages += FrameTable.FramesInBlock;
                        continue;
                    }

                    Split(entry);
                    pages++;
                }

                pages += ProtectIn(PageTable.TableAt(*entry), level - 1, at, Math.Min(end, upTo), access, keepReadOnly);
            }
        }

        return pages;
    }

    /// <summary>An entry's bits for a frame: not writable where the frame is permanent or, if that is wanted, where somebody else holds it too.</summary>
    private static ulong BitsFor(uint number, ulong bits, bool keepReadOnly) =>
        FrameTable.StateOf(number) == FrameState.BootModule || (keepReadOnly && FrameTable.ReferencesOf(number) > 1) ? bits & ~PageTable.Writable : bits;

    /// <summary>Drops stale translations. On one CPU only the current space can have any.</summary>
    private void Flush(VirtAddr start, ulong length, bool hasChanged)
    {
        if (MachineKind.IsHosted || !hasChanged || PerCpu.CurrentSpace != this)
        {
            return;
        }

        // A page of a huge one that was split may have its translation under any address of the huge page.
        if ((length >> PageSize.Shift) > FlushEachLimit || _hasSplit)
        {
            _hasSplit = false;
            Native.WriteCr3(RootAddress);
            return;
        }

        for (ulong offset = 0; offset < length; offset += PageSize.Bytes)
        {
            Native.InvalidatePage(start.Value + offset);
        }
    }
}
