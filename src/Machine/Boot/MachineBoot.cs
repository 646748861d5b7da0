using System;

namespace Mote.Machine;

/// <summary>
/// Brings the machine up, once, from the state that boot.S leaves: memory, descriptors, traps, time. Afterwards everything else of this
/// assembly may be used.
/// </summary>
public static unsafe class MachineBoot
{
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
        // SAFETY: the symbols are the boot code's, which has seen to it that the start info is one and lies in the first GiB.
        unsafe
        {
            ImageSymbols* symbols = Native.Symbols();
            CpuFeatures.Enable();
            BootMemory memory = BootMemory.Read(symbols->StartInfo, symbols->HeapEnd);
            KernelAddressSpace.Adopt(symbols->BootRoot);
            memory.ExtendDirectMap();
            memory.StartFrames();
            KernelAddressSpace.Initialize();
            memory.Publish();
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
}
