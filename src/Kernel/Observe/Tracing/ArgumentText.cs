using System;
using System.Buffers.Binary;
using Mote.Kernel.Syscalls;
using Mote.Machine;

namespace Mote.Kernel.Observe;

/// <summary>Writes the arguments of calls as strace(1) does. This part has numbers, names and strings; the other one structures.</summary>
internal static partial class ArgumentText
{
    private const int ShownBytes = 32;
    private const int ShownPathBytes = 512;
    private const int CurrentDirectory = -100;

    /// <summary>Whether the argument is known only after the call.</summary>
    internal static bool IsFilledByCall(ArgumentKind kind) => kind is
        ArgumentKind.BufferOut or ArgumentKind.VectorOut or ArgumentKind.TimespecOut or ArgumentKind.TimevalOut or ArgumentKind.IntervalTimerOut or
        ArgumentKind.TimerSpecOut or ArgumentKind.StatOut or ArgumentKind.StatxOut or ArgumentKind.StatfsOut or ArgumentKind.DirectoryEntriesOut or
        ArgumentKind.LimitOut or ArgumentKind.UsageOut or ArgumentKind.NamesOut or ArgumentKind.SystemInfoOut or ArgumentKind.EpollEventsOut or
        ArgumentKind.SocketAddressOut or ArgumentKind.MessageHeaderOut or ArgumentKind.FdPairOut or ArgumentKind.IntOut;

    /// <summary>Appends one argument. Those that the call fills are shown as addresses when it has failed.</summary>
    internal static void Append(TracedCall call, int index, bool hasFailed)
    {
        ArgumentKind kind = call.KindOf(index);
        TraceLine line = call.Line;
        ulong value = call[index];
        if (hasFailed && IsFilledByCall(kind))
        {
            line.AppendAddress(value);
            return;
        }

        switch (kind)
        {
            case ArgumentKind.Int or ArgumentKind.Fd or ArgumentKind.ProcessId:
                line.AppendDecimal(Low(value));
                break;
            case ArgumentKind.UserId:
                line.AppendDecimal(Low(value));
                break;
            case ArgumentKind.UInt:
                line.AppendUnsigned(value & uint.MaxValue);
                break;
            case ArgumentKind.Long or ArgumentKind.Offset:
                line.AppendDecimal(unchecked((long)value));
                break;
            case ArgumentKind.Size:
                line.AppendUnsigned(value);
                break;
            case ArgumentKind.Hex:
                AppendPlain(line, value);
                break;
            case ArgumentKind.DirectoryFd when Low(value) == CurrentDirectory:
                line.Append("AT_FDCWD"u8);
                break;
            case ArgumentKind.DirectoryFd:
                line.AppendDecimal(Low(value));
                break;
            case ArgumentKind.Path:
                AppendString(call, value, ShownPathBytes);
                break;
            case ArgumentKind.String:
                AppendString(call, value, ShownBytes);
                break;
            case ArgumentKind.BufferIn:
                AppendBytes(call, value, index < 5 ? call[index + 1] : 0);
                break;
            case ArgumentKind.BufferOut:
                AppendBytes(call, value, unchecked((ulong)long.Max(call.Result, 0)));
                break;
            case ArgumentKind.StringArray:
                AppendStrings(call, value);
                break;
            case ArgumentKind.Signal:
                AppendSignal(line, Low(value));
                break;
            case ArgumentKind.OpenFlags:
                NameTable.AppendName(line, TraceNames.AccessModes, value & 3);
                if ((value & uint.MaxValue & ~3UL) != 0)
                {
                    line.Append((byte)'|');
                    NameTable.AppendBits(line, TraceNames.OpenFlags, value & uint.MaxValue & ~3UL);
                }

                break;
            case ArgumentKind.Mode:
                line.AppendOctal(value & uint.MaxValue);
                break;
            case ArgumentKind.SocketType:
                NameTable.AppendName(line, TraceNames.SocketTypes, value & 15);
                if ((value & 0x80800) != 0)
                {
                    line.Append((byte)'|');
                    NameTable.AppendBits(line, TraceNames.SocketFlags, value & 0x80800);
                }

                break;
            case ArgumentKind.FutexOperation:
                AppendFutex(line, value & uint.MaxValue);
                break;
            case ArgumentKind.CloneFlags:
                AppendClone(line, value);
                break;
            default:
                if (NamesOf(kind, out bool isBits) is { IsEmpty: false } names)
                {
                    AppendNamed(line, names, isBits, value);
                }
                else
                {
                    AppendStructure(call, kind, value, index);
                }

                break;
        }
    }

    private static void AppendSignal(TraceLine line, int signal)
    {
        if (signal is > 0 and <= 64)
        {
            TraceNames.AppendFullSignal(line, signal);
        }
        else
        {
            line.AppendDecimal(signal);
        }
    }

    private static int Low(ulong value) => unchecked((int)value);

    private static void AppendNamed(TraceLine line, ReadOnlySpan<byte> names, bool isBits, ulong value)
    {
        if (isBits)
        {
            NameTable.AppendBits(line, names, value & uint.MaxValue);
        }
        else
        {
            NameTable.AppendName(line, names, value & uint.MaxValue);
        }
    }

    private static ReadOnlySpan<byte> NamesOf(ArgumentKind kind, out bool isBits)
    {
        isBits = kind is ArgumentKind.DescriptorFlags or ArgumentKind.AccessMode or ArgumentKind.AtFlags or ArgumentKind.Protection or ArgumentKind.MapFlags or
            ArgumentKind.RemapFlags or ArgumentKind.MessageFlags or ArgumentKind.SyncFlags or ArgumentKind.WaitOptions or ArgumentKind.RandomFlags;
        return kind switch
        {
            ArgumentKind.DescriptorFlags => TraceNames.DescriptorFlags,
            ArgumentKind.AccessMode => TraceNames.AccessBits,
            ArgumentKind.AtFlags => TraceNames.AtFlags,
            ArgumentKind.Whence => TraceNames.Whence,
            ArgumentKind.FcntlCommand => TraceNames.FcntlCommands,
            ArgumentKind.IoctlRequest => TraceNames.IoctlRequests,
            ArgumentKind.Protection => TraceNames.Protection,
            ArgumentKind.MapFlags => TraceNames.MapFlags,
            ArgumentKind.RemapFlags => TraceNames.RemapFlags,
            ArgumentKind.Advice => TraceNames.Advice,
            ArgumentKind.SyncFlags => TraceNames.SyncFlags,
            ArgumentKind.MembarrierCommand => TraceNames.MembarrierCommands,
            ArgumentKind.PrctlOption => TraceNames.PrctlOptions,
            ArgumentKind.ArchOption => TraceNames.ArchOptions,
            ArgumentKind.ResourceId => TraceNames.Resources,
            ArgumentKind.WaitOptions => TraceNames.WaitOptions,
            ArgumentKind.RandomFlags => TraceNames.RandomFlags,
            ArgumentKind.ClockId => TraceNames.Clocks,
            ArgumentKind.IntervalKind => TraceNames.IntervalKinds,
            ArgumentKind.SignalMaskHow => TraceNames.MaskHows,
            ArgumentKind.EpollOperation => TraceNames.EpollOperations,
            ArgumentKind.SocketDomain => TraceNames.SocketDomains,
            ArgumentKind.MessageFlags => TraceNames.MessageFlags,
            ArgumentKind.ShutdownHow => TraceNames.ShutdownHows,
            _ => default,
        };
    }

    private static void AppendPlain(TraceLine line, ulong value)
    {
        if (value == 0)
        {
            line.Append((byte)'0');
        }
        else
        {
            line.AppendHex(value);
        }
    }

    private static void AppendFutex(TraceLine line, ulong value)
    {
        const ulong Private = 128;
        const ulong Realtime = 256;
        NameTable.AppendName(line, TraceNames.FutexCommands, value & ~(Private | Realtime));
        if ((value & Private) != 0)
        {
            line.Append("_PRIVATE"u8);
        }

        if ((value & Realtime) != 0)
        {
            line.Append("|FUTEX_CLOCK_REALTIME"u8);
        }
    }

    /// <summary>The low byte of clone's flags is the signal for the parent.</summary>
    private static void AppendClone(TraceLine line, ulong value)
    {
        if ((value & ~0xffUL) != 0)
        {
            NameTable.AppendBits(line, TraceNames.CloneFlags, value & ~0xffUL);
        }

        if ((value & 0xff) != 0)
        {
            if ((value & ~0xffUL) != 0)
            {
                line.Append((byte)'|');
            }

            AppendSignal(line, (int)(value & 0xff));
        }
        else if (value == 0)
        {
            line.Append((byte)'0');
        }
    }

    private static void AppendString(TracedCall call, ulong address, int shownBytes)
    {
        Span<byte> buffer = stackalloc byte[shownBytes + 1];
        int length = address == 0 ? -1 : call.Space.ReadString(new VirtAddr(address), buffer);
        if (length < 0)
        {
            call.Line.AppendAddress(address);
            return;
        }

        call.Line.AppendQuoted(buffer[..int.Min(length, shownBytes)]);
        if (length > shownBytes)
        {
            call.Line.Append("..."u8);
        }
    }

    private static void AppendBytes(TracedCall call, ulong address, ulong length)
    {
        int shown = (int)ulong.Min(length, ShownBytes);
        Span<byte> buffer = stackalloc byte[ShownBytes];
        if (address == 0 || call.Space.Read(new VirtAddr(address), buffer[..shown]) < shown)
        {
            call.Line.AppendAddress(address);
            return;
        }

        call.Line.AppendQuoted(buffer[..shown]);
        if (length > ShownBytes)
        {
            call.Line.Append("..."u8);
        }
    }

    private static void AppendStrings(TracedCall call, ulong address)
    {
        const int Shown = 16;
        Span<byte> pointer = stackalloc byte[8];
        if (address == 0)
        {
            call.Line.Append("NULL"u8);
            return;
        }

        call.Line.Append((byte)'[');
        for (int i = 0; call.TryRead(address + ((ulong)i * 8), pointer); i++)
        {
            ulong text = BinaryPrimitives.ReadUInt64LittleEndian(pointer);
            if (text == 0)
            {
                break;
            }

            if (i > 0)
            {
                call.Line.Append(", "u8);
            }

            if (i == Shown)
            {
                call.Line.Append("..."u8);
                break;
            }

            AppendString(call, text, ShownBytes);
        }

        call.Line.Append((byte)']');
    }
}
