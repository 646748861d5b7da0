using System;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>
/// One program's address space: the page tables of the lower half; the upper half is the kernel's and the same everywhere.
/// The tables own a reference on each frame they map. Ranges are page-aligned and lie below <see cref="VirtAddr.UserEnd"/>;
/// anything else is a bug of the caller and throws.
/// </summary>
public sealed unsafe partial class AddressSpace
{
    private const int KernelHalf = PageTable.EntryCount / 2;
    private const int FlushEachLimit = 32;
    private const ulong TableBits = PageTable.Present | PageTable.Writable | PageTable.User;

    private readonly PageFaultHandler _faults;
    private uint _root;

    private AddressSpace(uint root, PageFaultHandler faults)
    {
        _root = root;
        _faults = faults;
    }

    /// <summary>Pages mapped now: the program's resident set.</summary>
    public ulong ResidentPages { get; private set; }

    internal ulong RootAddress => (ulong)_root << PageSize.Shift;

    private ulong* Root
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_root == 0)
            {
                ThrowReleased();
            }

            return (ulong*)PhysicalMemory.Window(_root);
        }
    }

    /// <summary>An empty address space. False when there is no memory for its root table.</summary>
    public static bool TryCreate(PageFaultHandler faults, out AddressSpace? space)
    {
        ArgumentNullException.ThrowIfNull(faults);
        uint root = FrameTable.Take(FrameState.Kernel);
        if (root == 0)
        {
            space = null;
            return false;
        }

        // SAFETY: the root frame was just taken; both windows are whole page-table pages.
        unsafe
        {
            ulong* table = (ulong*)PhysicalMemory.Window(root);
            new Span<ulong>(table, KernelHalf).Clear();
            if (MachineKind.IsHosted)
            {
                new Span<ulong>(table + KernelHalf, KernelHalf).Clear();
            }
            else
            {
                new Span<ulong>(KernelAddressSpace.Root + KernelHalf, KernelHalf).CopyTo(new Span<ulong>(table + KernelHalf, KernelHalf));
            }
        }

        space = new AddressSpace(root, faults);
        return true;
    }

    /// <summary>
    /// Maps a frame at a page that has none, taking a reference on it. A permanent frame is never mapped writable.
    /// False when there is no memory for a table, or the frame is mapped as often as can be counted.
    /// </summary>
    public bool TryMap(VirtAddr page, Frame frame, PageAccess access)
    {
        CheckRange(page, PageSize.Bytes);
        FrameState state = FrameTable.StateOf(frame.Number);
        if (state != FrameState.Untyped && (state != FrameState.BootModule || (access & PageAccess.Write) != 0))
        {
            throw new InvalidOperationException("This frame cannot be mapped with that access.");
        }

        // SAFETY: FindLeaf returns a live entry of this space's tables, Find one of its last level.
        unsafe
        {
            ulong* entry = PageTable.FindLeaf(Root, page.Value, out int level);
            if ((*entry & PageTable.Holds) != 0)
            {
                throw new InvalidOperationException("The page is mapped already.");
            }

            if (level > 0)
            {
                entry = PageTable.Find(Root, page.Value, create: true, TableBits);
                if (entry == null)
                {
                    return false;
                }
            }

            if (!FrameTable.TryAddMapping(frame.Number))
            {
                return false;
            }

            *entry = ((ulong)frame.Number << PageSize.Shift) | PageTable.Encode(access);
        }

        ResidentPages++;
        return true;
    }

    /// <summary>Replaces the frame of a mapped page (a copy on write): takes a reference on the new one, drops the old one's.</summary>
    public void Replace(VirtAddr page, Frame frame, PageAccess access)
    {
        Unmap(page, PageSize.Bytes);
        if (!TryMap(page, frame, access))
        {
            throw new InvalidOperationException("The page's table vanished.");
        }
    }

    /// <summary>What is mapped at a page; one that was protected from all access has its frame and <see cref="PageAccess.None"/>.</summary>
    public PageEntry Query(VirtAddr page)
    {
        CheckRange(page.PageStart, PageSize.Bytes);

        // SAFETY: as in TryMap.
        unsafe
        {
            ulong value = *PageTable.FindLeaf(Root, page.Value, out int level);
            if ((value & PageTable.Holds) == 0)
            {
                return default;
            }

            uint number = (uint)((value & PageTable.AddressMask) >> PageSize.Shift);
            return new PageEntry(
                new Frame(level == 0 ? number : number + (uint)PageTable.IndexAt(page.Value, 0)),
                PageTable.Decode(value),
                (value & PageTable.Accessed) != 0,
                (value & PageTable.Dirty) != 0,
                level != 0);
        }
    }

    /// <summary>Makes the space the CPU's current one. One that was released throws: its root is somebody else's frame.</summary>
    public void Activate()
    {
        if (PerCpu.CurrentSpace == this)
        {
            return;
        }

        if (_root == 0)
        {
            ThrowReleased();
        }

        if (!MachineKind.IsHosted)
        {
            Native.WriteCr3(RootAddress);
        }

        PerCpu.CurrentSpace = this;
    }

    /// <summary>Unmaps all and frees the tables. The space must not be current.</summary>
    public void Release()
    {
        if (PerCpu.CurrentSpace == this)
        {
            KernelAddressSpace.Activate();
        }

        Unmap(default, VirtAddr.UserEnd.Value);

        // SAFETY: nothing is mapped any more and the CPU does not use the tables.
        unsafe
        {
            FreeTables(Root, 3, KernelHalf);
        }

        FrameTable.Release(_root);
        _root = 0;
    }

    private static void FreeTables(ulong* table, int level, int count)
    {
        for (int i = 0; i < count; i++)
        {
            // SAFETY: table is a live table with at least count entries; level 0 entries are never visited as tables.
            unsafe
            {
                if (!PageTable.IsTable(table[i]))
                {
                    continue;
                }

                if (level > 1)
                {
                    FreeTables(PageTable.TableAt(table[i]), level - 1, PageTable.EntryCount);
                }

                FrameTable.Release((uint)((table[i] & PageTable.AddressMask) >> PageSize.Shift));
                table[i] = 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckRange(VirtAddr start, ulong length)
    {
        if (((start.Value | length) & PageSize.Mask) != 0 || !VirtAddr.IsUserRange(start, length))
        {
            ThrowOutOfRange(start);
        }
    }

    private static void ThrowReleased() => throw new ObjectDisposedException(nameof(AddressSpace));

    private static void ThrowOutOfRange(VirtAddr start) => throw new ArgumentOutOfRangeException(nameof(start));
}
