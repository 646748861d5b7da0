using System;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>The one way down: every failure that the kernel cannot answer for ends here, in a report on the early
/// console and a halted machine.</summary>
// SAFETY: the exception in flight is on a live stack below us; everything else goes through checked walks.
internal static unsafe class Panic
{
    private const int MaxFrames = 1_000_000;
    private const int InnerFrames = 24;
    private const int OuterFrames = 8;

    private static int s_reports;

    // SAFETY: assembly that passes its caller's registers on to Report.
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhpMotePanicHere")]
    private static extern void PanicHere(byte* reason);

    /// <summary>Fails from inside the runtime.</summary>
    /// <param name="reason">A literal: it is ended by a zero byte that the compiler adds.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
        Begin();
        Console.WriteZeroTerminated(reason);
        Finish(ip, rsp, rbp, isExact: true);
    }

    /// <summary>Reports an exception that nothing catches, where it was thrown.</summary>
    /// <param name="exception">The object; null when the class library gives up without one.</param>
    public static void Unhandled(void* exception)
    {
        if (exception == null)
        {
            InFlight("the class library failed"u8);
        }

        Begin();
        Console.Write("unhandled exception "u8);
        ExceptionText.Write(exception);
        FinishInFlight();
    }

    /// <summary>Reports a failure of the exception in flight, where it was thrown.</summary>
    public static void InFlight(ReadOnlySpan<byte> reason)
    {
        Begin();
        Console.Write(reason);
        FinishInFlight();
    }

    [RuntimeExport("RhpFallbackFailFast")]
    public static void FallbackFailFast() => Fail("fail fast"u8);

    // What fails while a report is written says so in a few words, and what fails then is not heard of.
    private static void Begin()
    {
        s_reports++;
        if (s_reports > 2)
        {
            MachineHooks.Halt();
        }

        Console.Write(s_reports == 1 ? "\nkernel panic: "u8 : "\na second failure during the report: "u8);
    }

    private static void FinishInFlight()
    {
        ExInfo* inFlight = *(ExInfo**)MachineHooks.ExInfoSlot();
        if (inFlight == null)
        {
            MachineHooks.Halt();
        }

        LimitedContext* context = inFlight->Context;
        Finish(context->Ip, context->Rsp, context->Rbp, isExact: false);
    }

    // Of a deep stack, as an overflow leaves it, the middle is left out.
    private static void Finish(nint ip, nint rsp, nint rbp, bool isExact)
    {
        Console.Write("\n"u8);
        StackCursor cursor;
        StackCursor.Start(&cursor, ip, rsp, rbp, isExact);
        int frames = 1;
        while (s_reports == 1 && frames < MaxFrames && StackCursor.MoveToCaller(&cursor))
        {
            frames++;
        }

        StackCursor.Start(&cursor, ip, rsp, rbp, isExact);
        for (int i = 0; i < frames; i++)
        {
            if (i < InnerFrames || i >= frames - OuterFrames)
            {
                WriteFrame(cursor.Ip, cursor.Address);
            }
            else if (i == InnerFrames)
            {
                Console.Write("   ... "u8);
                Console.WriteDecimal((uint)(frames - InnerFrames - OuterFrames));
                Console.Write(" frames ...\n"u8);
            }

            StackCursor.MoveToCaller(&cursor);
        }

        PanicLog.Write();
        MachineHooks.Halt();
    }

    private static void WriteFrame(nint address, nint lookup)
    {
        Console.Write("   at "u8);
        if (LineTable.Find(lookup, out CodeLocation location))
        {
            Console.WriteJoined(location.Namespace, location.Type, location.Method);
            if (location.Line != 0)
            {
                Console.Write(" in "u8);
                Console.WriteZeroTerminated(location.File);
                Console.Write(":line "u8);
                Console.WriteDecimal((uint)location.Line);
            }

            Console.Write(" ["u8);
            Console.WriteHex((ulong)address);
            Console.Write("]\n"u8);
            return;
        }

        Console.WriteHex((ulong)address);
        Console.Write("\n"u8);
    }
}
