using System;

namespace Mote.Machine;

/// <summary>
/// What the loader put where, and the RAM that is left: not the first MiB, the image, the boot module, the loader's structures or the command line. The loader's
/// structures must lie where the boot code's page tables reach, which is the first GiB.
/// </summary>
internal sealed unsafe class BootMemory
{
    private const ulong LowMemoryEnd = 0x10_0000;
    private const ulong ImageStart = 0x20_0000;

    /// <summary>What the boot code has mapped.</summary>
    private const ulong MappedEnd = 1UL << 30;

    /// <summary>More entries than any loader has; Linux takes 128 and some.</summary>
    private const uint MaxEntries = 1024;

    /// <summary>Linux takes 2 KiB; the tool's are longer.</summary>
    private const ulong LongestCommandLine = 1 << 20;

    private readonly MemoryLayout _layout;
    private readonly MemoryRange _module;
    private readonly MemoryRange _commandLine;
    private readonly ulong _rootPointer;
    private readonly ulong _end;

    private BootMemory(MemoryLayout layout, MemoryRange module, MemoryRange commandLine, ulong rootPointer)
    {
        _rootPointer = rootPointer;
        _layout = layout;
        _module = module;
        _commandLine = commandLine;
        _end = layout.End;
    }

    /// <summary>Reads what the loader states. A machine that cannot be run on is refused by name.</summary>
    internal static BootMemory Read(in PvhStartInfo info, ImageSymbols* symbols)
    {
        // SAFETY: the symbols are the boot code's.
        unsafe
        {
            ulong imageEnd = symbols->HeapEnd - KernelAddressSpace.ImageBase;
            ReadOnlySpan<byte> map = Structure(info.MemoryMap, Math.Min(info.MemoryMapEntries, MaxEntries), MemoryLayout.EntryBytes, "memory map");
            ReadOnlySpan<byte> modules = Structure(info.Modules, Math.Min(info.ModuleCount, 1), PvhStartInfo.ModuleBytes, "list of modules");
            MemoryRange module = modules.IsEmpty ? default : PvhStartInfo.ModuleRange(modules);
            MemoryLayout layout = MemoryLayout.Read(map, DeviceSpace.Highest);
            foreach (MemoryRange range in layout.Ranges)
            {
                DeviceSpace.Reserve(range.Start, range.End);
            }

            layout.Remove(new MemoryRange(FrameTable.Limit, ulong.MaxValue));
            CheckModule(layout, module, imageEnd);
            BootMemory memory = new(layout, module, CommandLineRange(info.CommandLine, layout.End), info.Rsdp);
            layout.Remove(new MemoryRange(0, LowMemoryEnd));
            layout.Remove(new MemoryRange(ImageStart, imageEnd));
            layout.Remove(module);
            layout.Remove(memory._commandLine);
            layout.Remove(MemoryRange.Of(symbols->StartInfo, (ulong)sizeof(PvhStartInfo)));
            layout.Remove(MemoryRange.Of(info.MemoryMap, (ulong)map.Length));
            layout.Remove(MemoryRange.Of(info.Modules, (ulong)modules.Length));
            return memory;
        }
    }

    /// <summary>Makes all RAM visible in the direct map.</summary>
    internal void ExtendDirectMap()
    {
        ulong bytes = KernelAddressSpace.DirectMapTableBytes(_end);
        ulong tables = bytes == 0 ? 0 : _layout.Take(bytes, MappedEnd);
        if (bytes != 0 && tables == 0)
        {
            RefuseSize("the page tables of " + Mebibytes(_end));
        }

        KernelAddressSpace.ExtendDirectMap(_end, tables);
    }

    /// <summary>Gives the RAM that is left to the allocator of frames, whose table is taken from it. The lowest memory comes last, which is searched first: there are devices that reach no other.</summary>
    internal void StartFrames()
    {
        uint frames = (uint)(_end >> PageSize.Shift);
        ulong table = _layout.Take(FrameTable.TableBytes(frames), ulong.MaxValue);
        if (table == 0)
        {
            RefuseSize("the table of its pages");
        }

        FrameTable.Initialize(new PhysAddr(table), frames);
        ReadOnlySpan<MemoryRange> ranges = _layout.Ranges;
        for (int i = Math.Min(ranges.Length, FrameTable.MaxRegions) - 1; i >= 0; i--)
        {
            FrameTable.AddRegion((uint)(ranges[i].Start >> PageSize.Shift), (uint)(ranges[i].End >> PageSize.Shift));
        }
    }

    /// <summary>Keeps the module and the command line for the kernel's use.</summary>
    internal void Publish()
    {
        FrameTable.MarkBootModule((uint)(_module.Start >> PageSize.Shift), (uint)(PageSize.RoundUp(_module.End) >> PageSize.Shift));
        BootInfo.Set(new PhysAddr(_module.Start), _module.Bytes, new PhysAddr(_commandLine.Start), (int)_commandLine.Bytes);
        BootInfo.RootPointer = new PhysAddr(_rootPointer);
    }

    private static void CheckModule(MemoryLayout layout, MemoryRange module, ulong imageEnd)
    {
        if (module.Start < imageEnd && module.End > ImageStart)
        {
            RefuseSize("the kernel and its root image, which lies over the kernel,");
        }

        if (!layout.Holds(new MemoryRange(module.Start & ~(ulong)PageSize.Mask, module.End)))
        {
            BootRefusal.Refuse($"the loader says that the root image is at 0x{module.Start:x}, {module.Bytes} bytes, where the machine has no memory that the kernel can use (up to 64 GiB)");
        }
    }

    private static void RefuseSize(string purpose) => BootRefusal.Refuse($"the machine has too little memory for {purpose}: give it more (mote run --memory, QEMU -m)");

    private static string Mebibytes(ulong bytes) => $"{bytes >> 20} MiB";

    private static ReadOnlySpan<byte> Structure(ulong address, uint count, int size, string name)
    {
        ulong bytes = (ulong)count * (ulong)size;
        if (address >= MappedEnd || bytes > MappedEnd - address)
        {
            BootRefusal.Refuse($"the loader's {name} is at 0x{address:x}, beyond the first GiB, where this kernel cannot read it");
        }

        // SAFETY: the boot code has mapped the first GiB, and nobody writes there meanwhile.
        unsafe
        {
            return new ReadOnlySpan<byte>(PhysicalMemory.Window(new PhysAddr(address)), (int)bytes);
        }
    }

    /// <summary>The line without its NUL, which a loader that forgets it cannot make endless. None where it is not in memory that can be read.</summary>
    private static MemoryRange CommandLineRange(ulong address, ulong memoryEnd)
    {
        ulong end = Math.Min(memoryEnd, MappedEnd);
        if (address == 0 || address >= end)
        {
            return default;
        }

        // SAFETY: the boot code has mapped the first GiB, where the line begins and to whose end it is read at most.
        unsafe
        {
            ulong most = Math.Min(LongestCommandLine, end - address);
            int length = new ReadOnlySpan<byte>(PhysicalMemory.Window(new PhysAddr(address)), (int)most).IndexOf((byte)0);
            return MemoryRange.Of(address, length < 0 ? most : (ulong)length);
        }
    }
}
