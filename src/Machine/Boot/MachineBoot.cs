using System;

namespace Mote.Machine;

/// <summary>
/// Brings the machine up, once, from the state that boot.S leaves: memory, descriptors, traps, time. Afterwards everything else of this
/// assembly may be used.
/// </summary>
public static unsafe class MachineBoot
{
    private const ulong LowMemoryEnd = 0x10_0000;

    /// <summary>Addresses of the image's parts.</summary>
    internal static ImageSymbols Symbols
    {
        get
        {
            // SAFETY: the boot code's table, which is never written again.
            unsafe
            {
                return *Native.Symbols();
            }
        }
    }

    /// <summary>Starts the machine. Call it first, from the boot stack.</summary>
    public static void Start()
    {
        // SAFETY: the symbols and the boot loader's structures are where the boot protocol puts them, below 4 GiB and identity-visible in the direct map.
        unsafe
        {
            ImageSymbols* symbols = Native.Symbols();
            ref PvhStartInfo info = ref *(PvhStartInfo*)PhysicalMemory.Window(new PhysAddr(symbols->StartInfo));
            if (info.Magic != PvhStartInfo.ExpectedMagic || info.Version == 0 || info.MemoryMapEntries == 0)
            {
                throw new InvalidOperationException("The boot loader did not pass a PVH memory map.");
            }

            CpuFeatures.Enable();
            ulong kernelEnd = symbols->HeapEnd - KernelAddressSpace.ImageBase;
            PvhStartInfo.Module module = default;
            if (info.ModuleCount > 0)
            {
                module = *(PvhStartInfo.Module*)PhysicalMemory.Window(new PhysAddr(info.Modules));
            }

            AddMemory(in info, module, kernelEnd);
            KernelAddressSpace.Initialize(symbols->BootRoot);
            KernelAddressSpace.ExtendDirectMap(EndOfMemory(in info));
            FrameTable.MarkBootModule((uint)(module.Address >> PageSize.Shift), (uint)(PageSize.RoundUp(module.Address + module.Size) >> PageSize.Shift));
            BootInfo.Set(new PhysAddr(module.Address), module.Size, new PhysAddr(info.CommandLine));
            KernelAddressSpace.Tighten(symbols);
            KernelHeap.Start();
            ContextPool.AddBoot(Native.PerCpu()->Current);
            CpuContext.AdoptBoot(Native.PerCpu()->Current);
            DescriptorTables.Load();
            EnableSystemCalls(symbols->SyscallEntry);
            DeviceSpace.Reserve(0xfec0_0000, 0xfec0_1000); // I/O APIC
            DeviceSpace.Reserve(0xfee0_0000, 0xfee0_1000); // local APIC
            LocalApic.Initialize();
            Tsc.Calibrate();
        }
    }

    private static void EnableSystemCalls(ulong entry)
    {
        const uint Star = 0xc000_0081;
        const uint Lstar = 0xc000_0082;
        const uint Fmask = 0xc000_0084;
        const ulong FlagsCleared = 0x47700; // TF, IF, DF, IOPL, NT, AC
        Native.WriteMsr(Star, (0x08UL << 32) | (0x23UL << 48));
        Native.WriteMsr(Lstar, entry);
        Native.WriteMsr(Fmask, FlagsCleared);
    }

    private static ulong EndOfMemory(in PvhStartInfo info)
    {
        ulong end = 0;
        for (uint i = 0; i < info.MemoryMapEntries; i++)
        {
            PvhStartInfo.Range range = RangeAt(in info, i);
            if (range.Type == PvhStartInfo.Range.Ram)
            {
                end = Math.Max(end, range.Address + range.Size);
            }
        }

        return end;
    }

    private static PvhStartInfo.Range RangeAt(in PvhStartInfo info, uint index)
    {
        // SAFETY: index is below the entry count that the loader states for its table.
        unsafe
        {
            return *(PvhStartInfo.Range*)PhysicalMemory.Window(new PhysAddr(info.MemoryMap + (index * (ulong)sizeof(PvhStartInfo.Range))));
        }
    }

    /// <summary>
    /// Puts the frame table right behind the image and gives the allocator the RAM that nobody uses: not the image, the table, the boot module,
    /// the loader's structures (they lie in the first MiB, of which only the part above its first half is left alone) or frame zero.
    /// </summary>
    private static void AddMemory(in PvhStartInfo info, PvhStartInfo.Module module, ulong kernelEnd)
    {
        ulong end = EndOfMemory(in info);
        uint frames = (uint)Math.Min(end >> PageSize.Shift, uint.MaxValue);
        ulong tableStart = PageSize.RoundUp(kernelEnd);
        ulong tableEnd = PageSize.RoundUp(tableStart + FrameTable.TableBytes(frames));
        FrameTable.Initialize(new PhysAddr(tableStart), frames);
        ulong moduleStart = module.Size == 0 ? ulong.MaxValue : module.Address & ~(ulong)PageSize.Mask;
        ulong moduleEnd = module.Size == 0 ? ulong.MaxValue : PageSize.RoundUp(module.Address + module.Size);
        for (uint i = 0; i < info.MemoryMapEntries; i++)
        {
            PvhStartInfo.Range range = RangeAt(in info, i);
            if (range.Type == PvhStartInfo.Range.Ram)
            {
                DeviceSpace.Reserve(range.Address, range.Address + range.Size);
            }

            if (range.Type != PvhStartInfo.Range.Ram || range.Address < LowMemoryEnd)
            {
                continue; // low memory holds the loader's structures and is too small to matter
            }

            ulong start = PageSize.RoundUp(range.Address);
            ulong stop = (range.Address + range.Size) & ~(ulong)PageSize.Mask;
            if (start < tableEnd && stop > 0x20_0000)
            {
                start = Math.Max(start, tableEnd);
            }

            if (moduleStart < stop && moduleEnd > start)
            {
                AddRange(moduleEnd, stop);
                stop = moduleStart;
            }

            AddRange(start, stop);
        }
    }

    private static void AddRange(ulong start, ulong stop)
    {
        if (start < stop)
        {
            FrameTable.AddRegion((uint)(start >> PageSize.Shift), (uint)Math.Min(stop >> PageSize.Shift, uint.MaxValue));
        }
    }
}
