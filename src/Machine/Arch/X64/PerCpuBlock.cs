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

    /// <summary>Address of the local APIC's end-of-interrupt register, or zero before it is mapped.</summary>
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

    [InlineArray(4)]
    internal struct PendingBits
    {
        private ulong _first;
    }
}
