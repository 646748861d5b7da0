using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Observe;

/// <summary>siginfo_t as strace(1) shows it: which fields there are depends on the code and the signal (sigaction(2), "The siginfo_t argument").</summary>
internal static class SignalText
{
    private static ReadOnlySpan<byte> Codes =>
        "0=SI_USER 80=SI_KERNEL ffffffff=SI_QUEUE fffffffe=SI_TIMER fffffffd=SI_MESGQ fffffffc=SI_ASYNCIO fffffffb=SI_SIGIO fffffffa=SI_TKILL"u8;

    private static ReadOnlySpan<byte> IllegalCodes => "1=ILL_ILLOPC 2=ILL_ILLOPN 3=ILL_ILLADR 4=ILL_ILLTRP 5=ILL_PRVOPC 6=ILL_PRVREG 7=ILL_COPROC 8=ILL_BADSTK"u8;

    private static ReadOnlySpan<byte> ArithmeticCodes => "1=FPE_INTDIV 2=FPE_INTOVF 3=FPE_FLTDIV 4=FPE_FLTOVF 5=FPE_FLTUND 6=FPE_FLTRES 7=FPE_FLTINV 8=FPE_FLTSUB"u8;

    private static ReadOnlySpan<byte> SegmentCodes => "1=SEGV_MAPERR 2=SEGV_ACCERR 3=SEGV_BNDERR 4=SEGV_PKUERR"u8;

    private static ReadOnlySpan<byte> BusCodes => "1=BUS_ADRALN 2=BUS_ADRERR 3=BUS_OBJERR"u8;

    private static ReadOnlySpan<byte> TrapCodes => "1=TRAP_BRKPT 2=TRAP_TRACE 3=TRAP_BRANCH 4=TRAP_HWBKPT"u8;

    private static ReadOnlySpan<byte> ChildCodes => "1=CLD_EXITED 2=CLD_KILLED 3=CLD_DUMPED 4=CLD_TRAPPED 5=CLD_STOPPED 6=CLD_CONTINUED"u8;

    internal static void Append(TraceLine line, in SignalInfo info)
    {
        line.Append("{si_signo="u8);
        TraceNames.AppendFullSignal(line, info.Number);
        line.Append(", si_code="u8);
        NameTable.AppendName(line, CodesOf(in info), unchecked((uint)info.Code));
        switch (info.Code)
        {
            case SignalInfo.Timer:
                AppendHalves(line, ", si_timerid="u8, ", si_overrun="u8, info.Word0);
                AppendValue(line, info.Word1);
                break;
            case <= 0:
                AppendHalves(line, ", si_pid="u8, ", si_uid="u8, info.Word0);
                AppendValue(line, info.Word1);
                break;
            default:
                AppendOfKernel(line, in info);
                break;
        }

        line.Append((byte)'}');
    }

    /// <summary>The names of the codes above zero are the signal's own.</summary>
    private static ReadOnlySpan<byte> CodesOf(in SignalInfo info) => info.Code is <= 0 or SignalInfo.Kernel ? Codes : info.Signal switch
    {
        Signal.SIGILL => IllegalCodes,
        Signal.SIGFPE => ArithmeticCodes,
        Signal.SIGSEGV => SegmentCodes,
        Signal.SIGBUS => BusCodes,
        Signal.SIGTRAP => TrapCodes,
        Signal.SIGCHLD => ChildCodes,
        _ => default,
    };

    private static void AppendOfKernel(TraceLine line, in SignalInfo info)
    {
        switch (info.Signal)
        {
            case Signal.SIGILL or Signal.SIGFPE or Signal.SIGSEGV or Signal.SIGBUS or Signal.SIGTRAP:
                line.Append(", si_addr="u8);
                line.AppendAddress(info.Word0);
                break;
            case Signal.SIGCHLD:
                AppendHalves(line, ", si_pid="u8, ", si_uid="u8, info.Word0);
                line.Append(", si_status="u8);
                line.AppendDecimal(unchecked((int)info.Word1));
                break;
            default:
                if (info.Word0 != 0)
                {
                    AppendHalves(line, ", si_pid="u8, ", si_uid="u8, info.Word0);
                }

                AppendValue(line, info.Word1);
                break;
        }
    }

    private static void AppendHalves(TraceLine line, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ulong word)
    {
        line.Append(first);
        line.AppendDecimal(unchecked((int)word));
        line.Append(second);
        line.AppendDecimal(unchecked((int)(word >> 32)));
    }

    private static void AppendValue(TraceLine line, ulong value)
    {
        if (value != 0)
        {
            line.Append(", si_int="u8);
            line.AppendDecimal(unchecked((int)value));
            line.Append(", si_ptr="u8);
            line.AppendHex(value);
        }
    }
}
