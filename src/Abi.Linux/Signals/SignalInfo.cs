using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mote.Abi.Linux;

/// <summary>
/// What came with a signal: the used part of siginfo_t, which has 128 bytes (sigaction(2)). The fields behind the code overlap in C; here they are the words that the kernel uses:
/// <see cref="Word0"/> at offset 16 (pid and uid, address, timer id and overrun), <see cref="Word1"/> at 24 (value; status), <see cref="Word2"/> at 32, <see cref="Word3"/> at 40. Linux keeps no more than these 48 bytes of what a program queues.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct SignalInfo
{
    /// <summary>Size of siginfo_t.</summary>
    public const int Bytes = 128;

    /// <summary>What of it the kernel keeps.</summary>
    public const int UsedBytes = 48;

    /// <summary>si_code: sent by kill(2).</summary>
    public const int User = 0;

    /// <summary>si_code: sent by the kernel.</summary>
    public const int Kernel = 0x80;

    /// <summary>si_code: rt_sigqueueinfo(2).</summary>
    public const int Queue = -1;

    /// <summary>si_code: a POSIX timer.</summary>
    public const int Timer = -2;

    /// <summary>si_code: tkill(2), tgkill(2).</summary>
    public const int ThreadKill = -6;

    public int Number;
    public int Error;
    public int Code;
    private readonly int _padding;
    public ulong Word0;
    public ulong Word1;
    public ulong Word2;
    public ulong Word3;

    public readonly Signal Signal => (Signal)Number;

    /// <summary>Writes siginfo_t, zeros included, to 128 bytes.</summary>
    public readonly void WriteTo(Span<byte> to)
    {
        to[..Bytes].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(to, Number);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], Error);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], Code);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], Word0);
        BinaryPrimitives.WriteUInt64LittleEndian(to[24..], Word1);
        BinaryPrimitives.WriteUInt64LittleEndian(to[32..], Word2);
        BinaryPrimitives.WriteUInt64LittleEndian(to[40..], Word3);
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote, or a program.</summary>
    public static SignalInfo ReadFrom(ReadOnlySpan<byte> from) => new()
    {
        Number = BinaryPrimitives.ReadInt32LittleEndian(from),
        Error = BinaryPrimitives.ReadInt32LittleEndian(from[4..]),
        Code = BinaryPrimitives.ReadInt32LittleEndian(from[8..]),
        Word0 = BinaryPrimitives.ReadUInt64LittleEndian(from[16..]),
        Word1 = BinaryPrimitives.ReadUInt64LittleEndian(from[24..]),
        Word2 = BinaryPrimitives.ReadUInt64LittleEndian(from[32..]),
        Word3 = BinaryPrimitives.ReadUInt64LittleEndian(from[40..]),
    };

    /// <summary>
    /// Whether the bytes past the first 48 must be zero for it to be taken from a program: those of a code that Linux does not know (known_siginfo_layout).
    /// </summary>
    public readonly bool MayHideMore
    {
        get
        {
            const int LowestKnown = -7; // SI_DETHREAD
            const int AsyncName = -60; // SI_ASYNCNL
            int highest = Signal switch
            {
                Signal.SIGILL => 11,
                Signal.SIGFPE => 15,
                Signal.SIGSEGV => 9,
                Signal.SIGBUS => 5,
                Signal.SIGSYS => 2,
                _ => 6, // SIGTRAP, SIGCHLD, and NSIGPOLL for all others
            };
            return Code != Kernel && Code != AsyncName && (Code < LowestKnown || Code > highest);
        }
    }

    /// <summary>A signal from a process.</summary>
    public static SignalInfo FromProcess(Signal signal, int code, int processId, uint userId) => new()
    {
        Number = (int)signal,
        Code = code,
        Word0 = (uint)processId | ((ulong)userId << 32),
    };

    /// <summary>A fault at an address.</summary>
    public static SignalInfo Fault(Signal signal, int code, ulong address) => new()
    {
        Number = (int)signal,
        Code = code,
        Word0 = address,
    };
}
