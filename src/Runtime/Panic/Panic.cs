using System;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>The one way down: every failure that the kernel cannot answer for ends here, in a report on the early
/// console and a halted machine.</summary>
internal static unsafe class Panic
{
    private static bool s_active;

    // SAFETY: assembly that passes its caller's registers on to Report.
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhpMotePanicHere")]
    private static extern void PanicHere(byte* reason);

    /// <summary>Fails from inside the runtime.</summary>
    /// <param name="reason">A literal: it is ended by a zero byte that the compiler adds.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Fail(ReadOnlySpan<byte> reason)
    {
        fixed (byte* text = reason)
        {
            PanicHere(text);
        }
    }

    /// <summary>Prints the report and stops the machine. Callable from any context with a stack of a few KiB, also from
    /// a fault handler: it allocates nothing and takes no lock.</summary>
    /// <param name="reason">UTF-8, zero-terminated.</param>
    /// <param name="ip">The instruction that failed, or a return address.</param>
    /// <param name="rsp">The stack pointer there.</param>
    /// <param name="rbp">The frame pointer there.</param>
    [RuntimeExport("RhMotePanic")]
    public static void Report(byte* reason, nint ip, nint rsp, nint rbp)
    {
        if (s_active)
        {
            Console.Write("\npanic inside the panic\n"u8);
            MachineHooks.Halt();
        }

        s_active = true;
        Console.Write("\nkernel panic: "u8);
        Console.WriteZeroTerminated(reason);
        Console.Write("\n   at "u8);
        Console.WriteHex((ulong)ip);
        Console.Write("\n"u8);
        MachineHooks.Halt();
    }

    /// <summary>An exception that nothing catches.</summary>
    public static void Unhandled(void* exception) => Fail("unhandled exception"u8);

    /// <summary>A failed check whose exception the class library cannot make without its reflection part.</summary>
    /// <param name="id">ExceptionIDs of the class library.</param>
    public static void Unmakeable(int id) => Fail(id switch
    {
        1 => "System.OutOfMemoryException"u8,
        2 => "System.ArithmeticException"u8,
        3 => "System.ArrayTypeMismatchException"u8,
        4 => "System.DivideByZeroException"u8,
        5 => "System.IndexOutOfRangeException"u8,
        6 => "System.InvalidCastException"u8,
        7 => "System.OverflowException"u8,
        8 => "System.NullReferenceException"u8,
        11 => "System.EntryPointNotFoundException"u8,
        12 => "System.AmbiguousImplementationException"u8,
        _ => "an exception that the class library could not make"u8,
    });

    [RuntimeExport("RhpFallbackFailFast")]
    public static void FallbackFailFast() => Fail("fail fast"u8);
}
