namespace Mote.Machine;

/// <summary>Looks through the kernel half's page tables for what must not be there (mote.attack=none on the kernel command line).</summary>
public static class PageTableWalk
{
    private const int RootLevel = 3;
    private const ulong UpperHalf = 0xffff_0000_0000_0000;

    /// <summary>Walks all tables of the kernel half.</summary>
    public static PageTableReport Run()
    {
        ImageSymbols symbols = MachineBoot.Symbols;
        PageTableReport report = default;
        for (int i = 0; i < PageTable.EntryCount; i++)
        {
            ulong entry = RootEntry(i);
            if ((entry & PageTable.Present) != 0 && i < PageTable.EntryCount / 2)
            {
                report = report with { LowEntries = report.LowEntries + 1 };
            }
            else if ((entry & PageTable.Present) != 0)
            {
                Visit(entry, RootLevel, UpperHalf | ((ulong)i * PageTable.SpanOf(RootLevel)), in symbols, ref report);
            }
        }

        return report with { UnguardedStacks = CountUnguardedStacks(in symbols) };
    }

    private static void Visit(ulong entry, int level, ulong address, in ImageSymbols symbols, ref PageTableReport report)
    {
        if (level == 0 || (entry & PageTable.Huge) != 0)
        {
            Count(entry, address, PageTable.SpanOf(level), in symbols, ref report);
            return;
        }

        for (int i = 0; i < PageTable.EntryCount; i++)
        {
            ulong below = EntryOf(entry, i);
            if ((below & PageTable.Present) != 0)
            {
                Visit(below, level - 1, address + ((ulong)i * PageTable.SpanOf(level - 1)), in symbols, ref report);
            }
        }
    }

    private static void Count(ulong entry, ulong address, ulong span, in ImageSymbols symbols, ref PageTableReport report)
    {
        bool isExecutable = (entry & PageTable.NoExecute) == 0;
        bool isWritable = (entry & PageTable.Writable) != 0;
        ulong physical = entry & PageTable.AddressMask & ~(span - 1);
        bool holdsCode = physical < symbols.DataStart - KernelAddressSpace.ImageBase && symbols.TextStart - KernelAddressSpace.ImageBase < physical + span;
        bool isCode = address >= symbols.TextStart && address + span <= symbols.TextEnd;
        report = report with
        {
            Pages = report.Pages + 1,
            WritableAndExecutable = report.WritableAndExecutable + (isExecutable && isWritable ? 1UL : 0),
            ExecutableElsewhere = report.ExecutableElsewhere + (isExecutable && !isCode ? 1UL : 0),
            WritableCode = report.WritableCode + (isWritable && holdsCode ? 1UL : 0),
            ForPrograms = report.ForPrograms + ((entry & PageTable.User) != 0 ? 1UL : 0),
        };
    }

    private static ulong CountUnguardedStacks(in ImageSymbols symbols)
    {
        ulong count = IsMapped(symbols.BootStackLow - PageSize.Bytes) ? 1UL : 0;
        for (ulong slot = 0; slot < ContextPool.Slots; slot++)
        {
            ulong low = ContextPool.StackRegion + ((slot + 1) * ContextPool.StackStride) - ContextPool.StackBytes;
            count += IsMapped(low - PageSize.Bytes) ? 1UL : 0;
        }

        return count;
    }

    private static bool IsMapped(ulong address)
    {
        // SAFETY: Find returns a live entry of the kernel half's tables, or null.
        unsafe
        {
            ulong* entry = PageTable.Find(KernelAddressSpace.Root, address, create: false, 0);
            return entry != null && (*entry & PageTable.Present) != 0;
        }
    }

    private static ulong RootEntry(int index)
    {
        // SAFETY: the root table is live and the index is below 512.
        unsafe
        {
            return KernelAddressSpace.Root[index];
        }
    }

    private static ulong EntryOf(ulong table, int index)
    {
        // SAFETY: a present entry that is no page names a live table; the index is below 512.
        unsafe
        {
            return PageTable.TableAt(table)[index];
        }
    }
}
