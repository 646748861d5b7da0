using System;

namespace Mote.Machine;

/// <summary>
/// The upper half: direct map, kernel stacks, device windows and the image. Its root entries are all made at start, so every program's
/// address space can copy them once.
/// </summary>
internal static unsafe class KernelAddressSpace
{
    private const int StacksRootIndex = 384;
    private const int DevicesRootIndex = 416;
    private const int ImageRootIndex = 511;
    private const ulong DeviceRegion = 0xffff_d000_0000_0000;
    private const ulong TableBits = PageTable.Present | PageTable.Writable;

    /// <summary>The image's physical addresses and its own differ by this (build/kernel.ld).</summary>
    internal const ulong ImageBase = 0xffff_ffff_8000_0000;

    /// <summary>Where the kernel heap is mapped (boot.S).</summary>
    internal const ulong HeapRegion = 0xffff_c800_0000_0000;
    private const ulong GiantBytes = 1UL << 30;

    private static ulong s_root;
    private static ulong s_nextDevicePage = DeviceRegion;

    internal static ulong* Root => (ulong*)PhysicalMemory.Window(new PhysAddr(s_root));

    /// <summary>The root table that the boot code made.</summary>
    internal static void Adopt(ulong root) => s_root = root;

    /// <summary>Whether devices can be mapped yet.</summary>
    internal static bool CanMap { get; private set; }

    /// <summary>Makes the root's entries, which takes frames.</summary>
    internal static void Initialize()
    {
        // SAFETY: the root is the boot root table; its entries are ours.
        unsafe
        {
            foreach (int index in (ReadOnlySpan<int>)[StacksRootIndex, DevicesRootIndex])
            {
                if (!PageTable.TryAddTable(&Root[index], TableBits))
                {
                    throw new InvalidOperationException("No memory for the kernel's page tables.");
                }
            }
        }

        CanMap = true;
    }

    /// <summary>Bytes of page tables that <see cref="ExtendDirectMap"/> takes.</summary>
    internal static ulong DirectMapTableBytes(ulong endPhysical) =>
        CpuFeatures.HasGiantPages ? 0 : (ulong)(LastGiant(endPhysical) - 1) * PageSize.Bytes;

    /// <summary>
    /// Makes RAM visible in the direct map beyond the first GiB, which the boot code mapped; <paramref name="tables"/>, which lie there,
    /// are for a CPU without pages of a GiB.
    /// </summary>
    internal static void ExtendDirectMap(ulong endPhysical, ulong tables)
    {
        // SAFETY: the direct map's table of pointers is the boot code's; one entry covers a GiB. The memory of the tables is nobody's else.
        unsafe
        {
            ulong* root = (ulong*)PhysicalMemory.Window(new PhysAddr(s_root));
            ulong* pointers = PageTable.TableAt(root[PageTable.IndexAt(PhysicalMemory.DirectMapBase, 3)]);
            int last = LastGiant(endPhysical);
            DirectMapEnd = (ulong)last * GiantBytes;
            for (int number = 1; number < last; number++)
            {
                ulong start = (ulong)number * GiantBytes;
                ulong bits = PageTable.Present | PageTable.Writable | PageTable.Global | PageTable.NoExecute;
                if (CpuFeatures.HasGiantPages)
                {
                    pointers[number] = start | bits | PageTable.Huge;
                    continue;
                }

                ulong* directory = (ulong*)PhysicalMemory.Window(new PhysAddr(tables));
                for (ulong i = 0; i < PageTable.EntryCount; i++)
                {
                    directory[i] = (start + (i * PageSize.HugeBytes)) | bits | PageTable.Huge;
                }

                pointers[number] = tables | TableBits;
                tables += PageSize.Bytes;
            }
        }
    }

    /// <summary>One for memory that the first GiB holds.</summary>
    private static int LastGiant(ulong endPhysical) =>
        (int)Math.Clamp((endPhysical + GiantBytes - 1) / GiantBytes, 1, PageTable.EntryCount);

    /// <summary>Replaces the boot code's rough mapping: text read-only, data not executable, the direct map not executable, nothing at low addresses.</summary>
    internal static void Tighten(ImageSymbols* symbols)
    {
        // SAFETY: the entries changed are those of the boot tables; what runs now stays mapped throughout.
        unsafe
        {
            ulong* kernelPointers = PageTable.TableAt(Root[ImageRootIndex]);
            uint directoryFrame = FrameTable.Take(FrameState.Kernel);
            ulong* directory = (ulong*)PhysicalMemory.Window(directoryFrame);
            new Span<ulong>(directory, PageTable.EntryCount).Clear();
            const ulong Bits = PageTable.Present | PageTable.Global;
            ulong text = PageSize.RoundUp(symbols->TextStart), textEnd = PageSize.RoundUp(symbols->TextEnd);
            ulong data = PageSize.RoundUp(symbols->DataStart), end = PageSize.RoundUp(symbols->KernelEnd);
            MapImage(directory, symbols->TextStart & ~(ulong)PageSize.Mask, text, Bits | PageTable.NoExecute);
            MapImage(directory, text, textEnd, Bits);
            MapImage(directory, textEnd, data, Bits | PageTable.NoExecute);
            MapImage(directory, data, end, Bits | PageTable.NoExecute | PageTable.Writable);

            // An overflow of the boot stack faults instead of running into the data below it.
            ulong guard = symbols->BootStackLow - PageSize.Bytes;
            PageTable.TableAt(directory[PageTable.IndexAt(guard, 1)])[PageTable.IndexAt(guard, 0)] = 0;

            kernelPointers[510] = ((ulong)directoryFrame << PageSize.Shift) | TableBits;
            Root[0] = 0;

            // The first GiB of the direct map: not executable.
            ulong* direct = PageTable.TableAt(PageTable.TableAt(Root[PageTable.IndexAt(PhysicalMemory.DirectMapBase, 3)])[0]);
            for (int i = 0; i < PageTable.EntryCount; i++)
            {
                direct[i] |= PageTable.NoExecute | PageTable.Global;
            }

            ProtectAlias(direct, symbols->TextStart - ImageBase, symbols->DataStart - ImageBase);

            // A CR4.PGE toggle would drop global entries too; none existed before, so a CR3 load is enough.
            Native.WriteCr3(s_root);
        }
    }

    /// <summary>Maps a part of the image, whole pages, where it is linked.</summary>
    private static void MapImage(ulong* directory, ulong start, ulong end, ulong bits)
    {
        // SAFETY: the tables are the directory's own; a part of the image lies where its address says.
        unsafe
        {
            while (start < end)
            {
                int slot = PageTable.IndexAt(start, 1);
                if ((directory[slot] & PageTable.Present) == 0 && !PageTable.TryAddTable(&directory[slot], TableBits))
                {
                    throw new InvalidOperationException("No memory for the kernel's page tables.");
                }

                ulong stop = Math.Min(end, (start | (PageSize.HugeBytes - 1UL)) + 1);
                Fill(PageTable.TableAt(directory[slot]), start, stop, (start - ImageBase) | bits);
                start = stop;
            }
        }
    }

    /// <summary>Writes the entries of pages that follow each other, in one table; <paramref name="entry"/> is the first.</summary>
    private static void Fill(ulong* table, ulong start, ulong end, ulong entry)
    {
        // SAFETY: the pages lie in the 2 MiB that the table maps, so its entries do.
        unsafe
        {
            unchecked
            {
                ulong* last = table + ((end - start) >> PageSize.Shift);
                table += PageTable.IndexAt(start, 0);
                last += PageTable.IndexAt(start, 0);
                for (; table < last; entry += PageSize.Bytes)
                {
                    *table++ = entry;
                }
            }
        }
    }

    /// <summary>Makes the image's code and constants read-only where the direct map shows them, too. They lie in the first GiB.</summary>
    private static void ProtectAlias(ulong* direct, ulong start, ulong end)
    {
        // SAFETY: direct is the table of the direct map's first GiB; an entry is replaced by a table that maps the same memory.
        unsafe
        {
            for (ulong huge = start & ~(PageSize.HugeBytes - 1UL); huge < end; huge += PageSize.HugeBytes)
            {
                uint number = FrameTable.Take(FrameState.Kernel);
                if (number == 0)
                {
                    throw new InvalidOperationException("No memory for the kernel's page tables.");
                }

                ulong* table = (ulong*)PhysicalMemory.Window(number);
                const ulong Bits = PageTable.Present | PageTable.Global | PageTable.NoExecute;
                ulong hugeEnd = huge + PageSize.HugeBytes;
                ulong low = Math.Clamp(PageSize.RoundUp(start), huge, hugeEnd), high = Math.Clamp(PageSize.RoundUp(end), low, hugeEnd);
                Fill(table, huge, low, Bits | PageTable.Writable | huge);
                Fill(table, low, high, Bits | low);
                Fill(table, high, hugeEnd, Bits | PageTable.Writable | high);
                direct[huge / PageSize.HugeBytes] = ((ulong)number << PageSize.Shift) | TableBits;
            }
        }
    }

    internal static void Activate()
    {
        if (!MachineKind.IsHosted)
        {
            Native.WriteCr3(s_root);
        }

        PerCpu.CurrentSpace = null;
    }

    /// <summary>The end of the direct map: what of physical memory can be seen there.</summary>
    internal static ulong DirectMapEnd { get; private set; } = GiantBytes;

    internal static bool TryMap(ulong address, uint frame, bool writable)
    {
        ulong bits = PageTable.Present | PageTable.NoExecute | PageTable.Global;
        return TryMapPhysical(address, (ulong)frame << PageSize.Shift, bits | (writable ? PageTable.Writable : 0));
    }

    private static bool TryMapPhysical(ulong address, ulong physical, ulong bits)
    {
        // SAFETY: the entry is one of the kernel half's own tables.
        unsafe
        {
            ulong* entry = PageTable.Find(Root, address, create: true, TableBits);
            if (entry == null)
            {
                return false;
            }

            *entry = physical | bits;
        }

        return true;
    }

    /// <summary>Takes away a page that <see cref="TryMap"/> mapped, and returns its frame.</summary>
    internal static uint Unmap(ulong address)
    {
        // SAFETY: the entry is one of the kernel half's own tables, which exist where a page was mapped.
        unsafe
        {
            ulong* entry = PageTable.Find(Root, address, create: false, 0);
            uint frame = (uint)((*entry & PageTable.AddressMask) >> PageSize.Shift);
            *entry = 0;
            Native.InvalidatePage(address);
            return frame;
        }
    }

    /// <summary>Maps a device's registers, uncached, and returns where; zero when memory for tables is short.</summary>
    internal static ulong MapDevice(PhysAddr start, ulong length)
    {
        const ulong Bits =
            PageTable.Present | PageTable.NoExecute | PageTable.Global | PageTable.Writable |
            PageTable.CacheDisable | PageTable.WriteThrough;
        ulong first = start.Value & ~(ulong)PageSize.Mask;
        ulong window = s_nextDevicePage;
        for (ulong page = first; page < start.Value + length; page += PageSize.Bytes)
        {
            if (!TryMapPhysical(s_nextDevicePage, page, Bits))
            {
                return 0;
            }

            s_nextDevicePage += PageSize.Bytes;
        }

        return window + (start.Value & PageSize.Mask);
    }
}
