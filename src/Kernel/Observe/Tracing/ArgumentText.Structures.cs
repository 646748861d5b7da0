using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Syscalls;

namespace Mote.Kernel.Observe;

// Structures by their layout on x86-64; what cannot be read is shown as an address.
internal static partial class ArgumentText
{
    private const int ShownElements = 16;
    private const ulong Infinity = ulong.MaxValue;

    private static void AppendStructure(TracedCall call, ArgumentKind kind, ulong address, int index)
    {
        Span<byte> bytes = stackalloc byte[144];
        TraceLine line = call.Line;
        ulong next = index < 5 ? call[index + 1] : 0;
        switch (kind)
        {
            case ArgumentKind.VectorIn:
                AppendVector(call, address, next, ulong.MaxValue);
                return;
            case ArgumentKind.VectorOut:
                AppendVector(call, address, next, unchecked((ulong)long.Max(call.Result, 0)));
                return;
            case ArgumentKind.PollFds:
                AppendPollFds(call, address, next);
                return;
            case ArgumentKind.EpollEventsOut:
                AppendEpollEvents(call, address, call.Result);
                return;
            case ArgumentKind.DirectoryEntriesOut:
                line.AppendAddress(address);
                return;
            case ArgumentKind.SocketAddress:
                AppendSocketAddress(call, address, next & uint.MaxValue);
                return;
            case ArgumentKind.SocketAddressOut:
                AppendSocketAddress(call, address, ReadLength(call, next));
                return;
            case ArgumentKind.MessageHeader or ArgumentKind.MessageHeaderOut:
                AppendMessage(call, address, kind == ArgumentKind.MessageHeaderOut ? unchecked((ulong)long.Max(call.Result, 0)) : ulong.MaxValue);
                return;
            case ArgumentKind.CloneArguments:
                AppendCloneArguments(call, address, next);
                return;
            default:
                break;
        }

        int size = SizeOf(kind);
        if (size == 0 || !call.TryRead(address, bytes[..size]))
        {
            line.AppendAddress(address);
            return;
        }

        switch (kind)
        {
            case ArgumentKind.SignalSet:
                AppendSignals(line, U64(bytes, 0));
                break;
            case ArgumentKind.SignalAction:
                AppendAction(line, bytes);
                break;
            case ArgumentKind.SignalStack:
                Field(line, "{ss_sp="u8).AppendAddress(U64(bytes, 0));
                NameTable.AppendBits(Field(line, ", ss_flags="u8), TraceNames.StackFlags, U32(bytes, 8));
                Field(line, ", ss_size="u8).AppendUnsigned(U64(bytes, 16));
                line.Append((byte)'}');
                break;
            case ArgumentKind.Timespec or ArgumentKind.TimespecOut:
                AppendTime(line, bytes, "tv_nsec"u8);
                break;
            case ArgumentKind.Timeval or ArgumentKind.TimevalOut:
                AppendTime(line, bytes, "tv_usec"u8);
                break;
            case ArgumentKind.IntervalTimer or ArgumentKind.IntervalTimerOut:
                AppendInterval(line, bytes, "tv_usec"u8);
                break;
            case ArgumentKind.TimerSpec or ArgumentKind.TimerSpecOut:
                AppendInterval(line, bytes, "tv_nsec"u8);
                break;
            case ArgumentKind.StatOut:
                AppendStat(line, U32(bytes, 24), U64(bytes, 40), U64(bytes, 48));
                break;
            case ArgumentKind.StatxOut:
                AppendStat(line, BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]), 0, U64(bytes, 40));
                break;
            case ArgumentKind.Limit or ArgumentKind.LimitOut:
                AppendLimit(Field(line, "{rlim_cur="u8), U64(bytes, 0));
                AppendLimit(Field(line, ", rlim_max="u8), U64(bytes, 8));
                line.Append((byte)'}');
                break;
            case ArgumentKind.EpollEvent:
                AppendEpollEvent(line, bytes);
                break;
            case ArgumentKind.FdPairOut:
                Field(line, "["u8).AppendDecimal(unchecked((int)U32(bytes, 0)));
                Field(line, ", "u8).AppendDecimal(unchecked((int)U32(bytes, 4)));
                line.Append((byte)']');
                break;
            case ArgumentKind.IntOut:
                Field(line, "["u8).AppendDecimal(unchecked((int)U32(bytes, 0)));
                line.Append((byte)']');
                break;
            case ArgumentKind.NamesOut:
                Field(line, "{sysname="u8).AppendQuoted(Text(bytes[..65]));
                Field(line, ", nodename="u8).AppendQuoted(Text(bytes.Slice(65, 65)));
                line.Append(", ...}"u8);
                break;
            default:
                line.AppendAddress(address);
                break;
        }
    }

    private static int SizeOf(ArgumentKind kind) => kind switch
    {
        ArgumentKind.SignalSet or ArgumentKind.FdPairOut => 8,
        ArgumentKind.SignalAction or ArgumentKind.IntervalTimer or ArgumentKind.IntervalTimerOut or ArgumentKind.TimerSpec or ArgumentKind.TimerSpecOut => 32,
        ArgumentKind.SignalStack => 24,
        ArgumentKind.Timespec or ArgumentKind.TimespecOut or ArgumentKind.Timeval or ArgumentKind.TimevalOut or ArgumentKind.Limit or ArgumentKind.LimitOut => 16,
        ArgumentKind.StatOut => 144,
        ArgumentKind.StatxOut => 48,
        ArgumentKind.EpollEvent => 12,
        ArgumentKind.IntOut => 4,
        ArgumentKind.NamesOut => 130,
        _ => 0,
    };

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);

    private static TraceLine Field(TraceLine line, ReadOnlySpan<byte> name)
    {
        line.Append(name);
        return line;
    }

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return end < 0 ? bytes : bytes[..end];
    }

    private static void AppendTime(TraceLine line, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> fraction)
    {
        Field(line, "{tv_sec="u8).AppendDecimal(unchecked((long)U64(bytes, 0)));
        line.Append(", "u8);
        line.Append(fraction);
        Field(line, "="u8).AppendDecimal(unchecked((long)U64(bytes, 8)));
        line.Append((byte)'}');
    }

    private static void AppendInterval(TraceLine line, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> fraction)
    {
        AppendTime(Field(line, "{it_interval="u8), bytes, fraction);
        AppendTime(Field(line, ", it_value="u8), bytes[16..], fraction);
        line.Append((byte)'}');
    }

    private static void AppendLimit(TraceLine line, ulong value)
    {
        if (value == Infinity)
        {
            line.Append("RLIM64_INFINITY"u8);
        }
        else
        {
            line.AppendUnsigned(value);
        }
    }

    private static void AppendStat(TraceLine line, uint mode, ulong device, ulong size)
    {
        const uint TypeMask = 0xf000;
        NameTable.AppendName(Field(line, "{st_mode="u8), TraceNames.FileTypes, mode & TypeMask);
        Field(line, "|"u8).AppendOctal(mode & ~TypeMask);
        if ((mode & TypeMask) is 0x2000 or 0x6000 && device != 0)
        {
            Field(line, ", st_rdev="u8).AppendHex(device);
        }
        else
        {
            Field(line, ", st_size="u8).AppendUnsigned(size);
        }

        line.Append(", ...}"u8);
    }

    /// <summary>[INT TERM], or ~[...] with those that are missing when that is shorter.</summary>
    internal static void AppendSignals(TraceLine line, ulong set)
    {
        bool isInverted = System.Numerics.BitOperations.PopCount(set) > 32;
        line.Append(isInverted ? "~["u8 : "["u8);
        ulong shown = isInverted ? ~set : set;
        bool isFirst = true;
        for (int signal = 1; signal <= 64; signal++)
        {
            if ((shown >> (signal - 1) & 1) != 0)
            {
                if (!isFirst)
                {
                    line.Append((byte)' ');
                }

                isFirst = false;
                TraceNames.AppendSignal(line, signal);
            }
        }

        line.Append((byte)']');
    }

    private static void AppendAction(TraceLine line, ReadOnlySpan<byte> bytes)
    {
        ulong handler = U64(bytes, 0);
        line.Append("{sa_handler="u8);
        switch (handler)
        {
            case SignalAction.Default:
                line.Append("SIG_DFL"u8);
                break;
            case SignalAction.Ignore:
                line.Append("SIG_IGN"u8);
                break;
            default:
                line.AppendHex(handler);
                break;
        }

        AppendSignals(Field(line, ", sa_mask="u8), U64(bytes, 24));
        NameTable.AppendBits(Field(line, ", sa_flags="u8), TraceNames.ActionFlags, U64(bytes, 8));
        Field(line, ", sa_restorer="u8).AppendAddress(U64(bytes, 16));
        line.Append((byte)'}');
    }

    private static void AppendVector(TracedCall call, ulong address, ulong count, ulong filled)
    {
        Span<byte> element = stackalloc byte[16];
        TraceLine line = call.Line;
        line.Append((byte)'[');
        for (ulong i = 0; i < (count & uint.MaxValue); i++)
        {
            if (i > 0)
            {
                line.Append(", "u8);
            }

            if (i == ShownElements || !call.TryRead(unchecked(address + (i * 16)), element))
            {
                line.Append("..."u8);
                break;
            }

            ulong length = U64(element, 8);
            AppendBytes(AppendTo(call, "{iov_base="u8), U64(element, 0), ulong.Min(length, filled));
            filled -= ulong.Min(length, filled);
            Field(line, ", iov_len="u8).AppendUnsigned(length);
            line.Append((byte)'}');
        }

        line.Append((byte)']');
    }

    private static TracedCall AppendTo(TracedCall call, ReadOnlySpan<byte> text)
    {
        call.Line.Append(text);
        return call;
    }

    private static void AppendPollFds(TracedCall call, ulong address, ulong count)
    {
        Span<byte> element = stackalloc byte[8];
        TraceLine line = call.Line;
        line.Append((byte)'[');
        for (ulong i = 0; i < (count & uint.MaxValue); i++)
        {
            if (i > 0)
            {
                line.Append(", "u8);
            }

            if (i == ShownElements || !call.TryRead(unchecked(address + (i * 8)), element))
            {
                line.Append("..."u8);
                break;
            }

            Field(line, "{fd="u8).AppendDecimal(unchecked((int)U32(element, 0)));
            NameTable.AppendBits(Field(line, ", events="u8), TraceNames.PollEvents, BinaryPrimitives.ReadUInt16LittleEndian(element[4..]));
            line.Append((byte)'}');
        }

        line.Append((byte)']');
    }

    private static void AppendEpollEvent(TraceLine line, ReadOnlySpan<byte> bytes)
    {
        NameTable.AppendBits(Field(line, "{events="u8), TraceNames.EpollEvents, U32(bytes, 0));
        Field(line, ", data="u8).AppendHex(U64(bytes, 4));
        line.Append((byte)'}');
    }

    private static void AppendEpollEvents(TracedCall call, ulong address, long count)
    {
        Span<byte> element = stackalloc byte[12];
        call.Line.Append((byte)'[');
        for (long i = 0; i < count; i++)
        {
            if (i > 0)
            {
                call.Line.Append(", "u8);
            }

            if (i == ShownElements || !call.TryRead(unchecked(address + ((ulong)i * 12)), element))
            {
                call.Line.Append("..."u8);
                break;
            }

            AppendEpollEvent(call.Line, element);
        }

        call.Line.Append((byte)']');
    }

    /// <summary>struct clone_args (clone(2)): flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls.</summary>
    private static void AppendCloneArguments(TracedCall call, ulong address, ulong size)
    {
        Span<byte> bytes = stackalloc byte[64];
        TraceLine line = call.Line;
        if (size < 64 || !call.TryRead(address, bytes))
        {
            line.AppendAddress(address);
            return;
        }

        NameTable.AppendBits(Field(line, "{flags="u8), TraceNames.CloneFlags, U64(bytes, 0));
        Field(line, ", child_tid="u8).AppendAddress(U64(bytes, 16));
        Field(line, ", parent_tid="u8).AppendAddress(U64(bytes, 24));
        Field(line, ", exit_signal="u8).AppendUnsigned(U64(bytes, 32));
        Field(line, ", stack="u8).AppendAddress(U64(bytes, 40));
        Field(line, ", stack_size="u8).AppendUnsigned(U64(bytes, 48));
        Field(line, ", tls="u8).AppendAddress(U64(bytes, 56));
        line.Append((byte)'}');
    }
}
