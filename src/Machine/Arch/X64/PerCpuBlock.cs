using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mote.Machine;

/// <summary>What GS points to in the kernel; trap.S knows the offsets.</summary>
[StructLayout(LayoutKind.Explicit, Size = 0x100)]
internal unsafe struct PerCpuBlock
{
    [FieldOffset(0x00)]
    public safe PerCpuBlock* Self;

    [FieldOffset(0x08)]
    public safe ContextBlock* Current;

    [FieldOffset(0x10)]
    public safe ulong ScratchRsp;

    /// <summary>Address of the local APIC's end-of-interrupt register; zero where it is an MSR (x2APIC).</summary>
    [FieldOffset(0x18)]
    public safe ulong EndOfInterrupt;

    /// <summary>One bit a vector that came and has not been taken.</summary>
    [FieldOffset(0x20)]
    public safe PendingBits Pending;

    /// <summary>Address of TSS.RSP0.</summary>
    [FieldOffset(0x40)]
    public safe ulong* KernelStackSlot;

    [FieldOffset(0x48)]
    public safe byte HasSmap;

    [FieldOffset(0x49)]
    public safe byte HasFsGsBase;

    [FieldOffset(0x4a)]
    public safe byte HasXsave;

    /// <summary>The extended state is x87, SSE and AVX and no more.</summary>
    [FieldOffset(0x4b)]
    public safe byte HasPlainState;

    /// <summary>x87 may be other than FNINIT leaves it. Right after a save it says how it is.</summary>
    [FieldOffset(0x4c)]
    public safe byte IsX87Dirty;

    /// <summary>The block whose program's XMM2 to XMM7 and MXCSR are in the CPU and nowhere else; null when they have been saved.</summary>
    [FieldOffset(0x50)]
    public safe ContextBlock* Unsaved;

    /// <summary>Bit 0 is set by KVM where it has ended the interrupt that it gave (MSR_KVM_PV_EOI_EN).</summary>
    [FieldOffset(0x58)]
    public safe uint EndedByHypervisor;

    /// <summary>KVM writes its clock here (<see cref="PvClock"/>).</summary>
    [FieldOffset(0x60)]
    public safe PvClockBytes HypervisorClock;

    /// <summary>CPUID leaf 1, ECX; boot.S has read it.</summary>
    [FieldOffset(0x80)]
    public safe uint Cpuid1Ecx;

    /// <summary>CPUID leaf 7, EBX.</summary>
    [FieldOffset(0x88)]
    public safe uint Cpuid7Ebx;

    /// <summary>CPUID leaf 7, ECX.</summary>
    [FieldOffset(0x8c)]
    public safe uint Cpuid7Ecx;

    /// <summary>CPUID leaf 0x80000001, EDX.</summary>
    [FieldOffset(0x90)]
    public safe uint CpuidExtendedEdx;

    [InlineArray(PvClock.Bytes)]
    internal struct PvClockBytes
    {
        private byte _first;
    }

    [InlineArray(4)]
    internal struct PendingBits
    {
        private ulong _first;
    }
}
