using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>What Machine provides. Arch/X64/Hooks.S holds weak versions of all for a machine that is not there yet.</summary>
// SAFETY: the symbols are Machine's, or those of Arch/X64/Hooks.S; README.md says what each may be called with.
internal static unsafe class MachineHooks
{
    /// <summary>Writes text where somebody will see it when nothing else works (the serial port).</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "MachineEarlyWrite")]
    public static extern void EarlyWrite(byte* text, nuint length);

    /// <summary>Ends the machine with a failure. Does not return.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "MachineHalt")]
    public static extern void Halt();

    /// <summary>The word in which the current kernel thread keeps its thread statics, an object reference.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "MachineThreadStaticSlot")]
    public static extern void** ThreadStaticSlot();

    /// <summary>The word in which the current kernel thread keeps the head of its chain of exceptions in flight.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "MachineExInfoSlot")]
    public static extern void** ExInfoSlot();

    /// <summary>Monotonic nanoseconds.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "MachineMonotonicNs")]
    public static extern long MonotonicNs();
}
