using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>The assembly routines of Arch/X64/*.S. None may be called on the desktop runtime.</summary>
internal static unsafe class Native
{
    [RuntimeImport("MachineReadCr3"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe ulong ReadCr3();

    [RuntimeImport("MachineWriteCr3"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void WriteCr3(ulong root);

    [RuntimeImport("MachineInvalidatePage"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void InvalidatePage(ulong address);

    [RuntimeImport("MachineTripleFault"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void TripleFault();

    [RuntimeImport("MachineReadTsc"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe ulong ReadTsc();

    [RuntimeImport("MachineReadMsr"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe ulong ReadMsr(uint index);

    [RuntimeImport("MachineWriteMsr"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void WriteMsr(uint index, ulong value);

    [RuntimeImport("MachineReadCr4"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe ulong ReadCr4();

    [RuntimeImport("MachineWriteCr4"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void WriteCr4(ulong value);

    [RuntimeImport("MachineReadCr2"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe ulong ReadCr2();

    /// <summary>What the debug exceptions since the last call were (DR6).</summary>
    [RuntimeImport("MachineTakeDebugStatus"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe ulong TakeDebugStatus();

    [RuntimeImport("MachineWriteXcr0"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void WriteXcr0(ulong value);

    /// <summary>CPUID; <paramref name="result"/> receives EAX, EBX, ECX, EDX.</summary>
    [RuntimeImport("MachineCpuid"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void Cpuid(uint leaf, uint subleaf, uint* result);

    [RuntimeImport("MachineIn8"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe byte In8(ushort port);

    [RuntimeImport("MachineOut8"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void Out8(ushort port, byte value);

    [RuntimeImport("MachineXenCall"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe long XenCall(ulong number, ulong command, void* argument, ulong isAmd);

    [RuntimeImport("MachineOut16"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void Out16(ushort port, ushort value);

    [RuntimeImport("MachineIn32"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe uint In32(ushort port);

    [RuntimeImport("MachineOut32"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void Out32(ushort port, uint value);

    /// <summary>Bytes to a port, one after the other, by one instruction.</summary>
    [RuntimeImport("MachineOutString8"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void OutString8(ushort port, byte* bytes, ulong count);

    /// <summary>Random bits by RDSEED or RDRAND; 1 on success.</summary>
    [RuntimeImport("MachineRandom"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe int Random(ulong* value);

    /// <summary>Copies bytes where one side is the program's. Returns the bytes not copied because of a fault.</summary>
    [RuntimeImport("MachineUserCopy"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe ulong UserCopy(byte* destination, byte* source, ulong length);

    /// <summary>Copies four bytes where one side is the program's. Zero when they were copied; else it faulted.</summary>
    [RuntimeImport("MachineUserCopy4"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe int UserCopy4(byte* destination, byte* source);

    /// <inheritdoc cref="UserCopy4"/>
    [RuntimeImport("MachineUserCopy8"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe int UserCopy8(byte* destination, byte* source);

    /// <inheritdoc cref="UserCopy4"/>
    [RuntimeImport("MachineUserCopy16"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe int UserCopy16(byte* destination, byte* source);

    /// <summary>
    /// Copies a string of the program with its NUL and perhaps some bytes after it, all within <paramref name="limit"/> bytes. Returns
    /// its length; -1
    /// where no NUL comes within them or it faulted.
    /// </summary>
    [RuntimeImport("MachineUserString"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe long UserString(byte* destination, byte* source, ulong limit);

    /// <summary>CMPXCHG on a word of the program. Zero when it was executed, with the word's value in <paramref name="seen"/>; else it faulted.</summary>
    [RuntimeImport("MachineUserCompareExchange"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe int UserCompareExchange(ulong address, uint expected, uint desired, uint* seen);

    /// <summary>Runs the program until its next trap; the context's block receives its state. Returns the <see cref="TrapKind"/>.</summary>
    [RuntimeImport("MachineEnterUser"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe int EnterUser(ContextBlock* block);

    /// <summary>Saves the kernel stack of <paramref name="from"/> and goes on where <paramref name="to"/> left off.</summary>
    [RuntimeImport("MachineSwitch"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void Switch(ContextBlock* from, ContextBlock* to);

    /// <summary>Brings the program's XMM2 to XMM7 and MXCSR into the block of the live context, unless they are there.</summary>
    [RuntimeImport("MachineSaveVectors"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void SaveVectors();

    [RuntimeImport("MachineXsave"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void Xsave(byte* area, ulong mask);

    [RuntimeImport("MachineXrstor"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void Xrstor(byte* area, ulong mask);

    [RuntimeImport("MachineReadUserBases"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void ReadUserBases(ulong* fsBase, ulong* gsBase);

    [RuntimeImport("MachineWriteUserBases"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void WriteUserBases(ulong fsBase, ulong gsBase);

    /// <summary>Enables interrupts, halts until one has come, disables them.</summary>
    [RuntimeImport("MachineHaltUntilInterrupt"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void HaltUntilInterrupt();

    [RuntimeImport("MachinePerCpu"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe PerCpuBlock* PerCpu();

    [RuntimeImport("MachineLoadDescriptors"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void LoadDescriptors(byte* gdtPointer, byte* idtPointer);

    [RuntimeImport("MachineNewContextEntry"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe ulong NewContextEntry();

    /// <summary>Address of the first of 256 entry stubs, 16 bytes each.</summary>
    [RuntimeImport("MachineVectorStubAddress"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe ulong VectorStubs();

    /// <summary>Address of the entries of NMI, double fault and machine check, 16 bytes each.</summary>
    [RuntimeImport("MachineAbortStubAddress"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe ulong AbortStubs();

    /// <summary>Reads (0), writes (1) or calls (2) an address.</summary>
    [RuntimeImport("MachineTouch"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void Touch(ulong address, int how);

    [RuntimeImport("MachineSymbols"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe ImageSymbols* Symbols();

    /// <summary>Registers who gives the heap's pages memory and takes it back.</summary>
    [RuntimeImport("RhMoteSetHeapPages"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void SetHeapPages(delegate* unmanaged<void*, nuint, int> commit, delegate* unmanaged<void*, nuint, void> release);

    /// <summary>Caps the heap's memory.</summary>
    [RuntimeImport("RhMoteSetHeapLimit"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void SetHeapLimit(nuint bytes);

    /// <summary>Registers the word that says why a collection is due.</summary>
    [RuntimeImport("RhMoteSetCollectionDue"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void SetCollectionDue(int* due, nuint reserveBytes);

    [RuntimeImport("RhMoteCollect"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void CollectHeap();

    [RuntimeImport("RhMoteCheckHeap"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void CheckHeap();

    /// <summary>Registers what is called when an allocation finds no memory.</summary>
    [RuntimeImport("RhMoteSetHeapExhausted"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void SetHeapExhausted(delegate* unmanaged<void> handler);

    [RuntimeImport("RhMoteFailAllocation"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void FailAllocation(nuint number);

    [RuntimeImport("RhMoteHeapStatistics"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void ReadHeapStatistics(HeapStatistics* result);

    [RuntimeImport("MachineVdsoImage"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void* VdsoImage();

    /// <summary>Bounds of the stack that runs now, for stack walks.</summary>
    [RuntimeImport("RhMoteSetStackBounds"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern safe void SetStackBounds(ulong low, ulong high);

    [RuntimeImport("RhMoteSetPanicLog"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void SetPanicLog(byte* ring, ulong size, ulong* written);

    [RuntimeImport("RhMotePanic"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern unsafe void Panic(byte* reason, ulong ip, ulong rsp, ulong rbp);
}
