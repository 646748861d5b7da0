using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mote.Machine;

/// <summary>
/// What assembly keeps of a thread: the program's registers and the kernel stack pointer. One page each; trap.S knows the offsets.
/// The CPU itself pushes the interrupt frame into the last fields of <see cref="UserRegisters"/>, because TSS.RSP0 points at their end.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = PageSize.Bytes)]
internal unsafe struct ContextBlock
{
    internal const int SavedXmmBytes = 9 * 16;
    internal const int ExtendedOffset = 0x200;
    internal const int ExtendedCapacity = PageSize.Bytes - ExtendedOffset;

    [FieldOffset(0)]
    public safe UserRegisters Registers;

    /// <summary>Kernel stack pointer while the program or another thread runs.</summary>
    [FieldOffset(0xc0)]
    public safe ulong KernelRsp;

    [FieldOffset(0xc8)]
    public safe uint Mxcsr;

    /// <summary>Nonzero while a <see cref="CpuContext"/> owns the block.</summary>
    [FieldOffset(0xcc)]
    public safe uint IsInUse;

    /// <summary>The class library's thread statics of this thread: one object reference.</summary>
    [FieldOffset(0xd0)]
    public safe void* ThreadStatics;

    /// <summary>Head of this thread's chain of exceptions in flight.</summary>
    [FieldOffset(0xd8)]
    public safe void* ExceptionInfo;

    [FieldOffset(0xe0)]
    public safe ulong FaultAddress;

    [FieldOffset(0xe8)]
    public safe ulong StackLow;

    [FieldOffset(0xf0)]
    public safe ulong StackHigh;

    /// <summary>The block that was made before this one: all that there are, in use or not.</summary>
    [FieldOffset(0xf8)]
    public safe ContextBlock* Older;

    [FieldOffset(0x100)]
    public safe XmmRegisters Xmm;

    /// <summary>Nonzero: XMM2 to XMM7 and MXCSR of the program are here. Zero: they are still in the CPU, and the per-CPU block names this one.</summary>
    [FieldOffset(0x190)]
    public safe uint AreVectorsSaved;

    /// <summary>XMM0 to XMM8, which kernel code uses, and only them: build/CodeCheck. XMM0, XMM1 and XMM8 are saved at each entry, the others when they are needed.</summary>
    [InlineArray(SavedXmmBytes)]
    internal struct XmmRegisters
    {
        private byte _first;
    }
}
