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

    /// <summary>What a kernel thread that does not run now keeps alive.</summary>
    internal struct ThreadRoots
    {
        /// <summary>Where its stack ends now; the registers that it expects back lie there.</summary>
        public byte* StackPointer;
        public byte* StackEnd;

        /// <summary>The word of <see cref="ThreadStaticSlot"/>.</summary>
        public void* ThreadStatics;
    }

    /// <summary>Names the kernel threads but the current one, one at a call.</summary>
    /// <param name="cursor">Null before the first call; Machine's own.</param>
    /// <param name="roots">Receives the next one's.</param>
    /// <returns>Zero when there are no more.</returns>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "MachineNextThread")]
    public static extern int NextThread(void** cursor, ThreadRoots* roots);
}
