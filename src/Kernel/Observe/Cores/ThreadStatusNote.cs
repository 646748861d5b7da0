using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Observe;

/// <summary>struct elf_prstatus of a thread (linux/elfcore.h), with struct user_regs_struct (asm/user_64.h) in it.</summary>
internal static class ThreadStatusNote
{
    public const int Bytes = 336;

    private const int TimesAt = 48;
    private const int RegistersAt = 112;
    private const int HasFloatingPointAt = 328;
    private const ulong CodeSelector = 0x33;
    private const ulong StackSelector = 0x2b;
    private const ulong NsPerSecond = 1_000_000_000;
    private const ulong NsPerMicrosecond = 1000;

    public static void Fill(Span<byte> note, UserThread thread, short signal)
    {
        Process process = thread.Process;
        note.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(note, signal);
        BinaryPrimitives.WriteInt16LittleEndian(note[12..], signal);
        BinaryPrimitives.WriteUInt64LittleEndian(note[16..], thread.PendingSignals.Set.Bits);
        BinaryPrimitives.WriteUInt64LittleEndian(note[24..], thread.Blocked.Bits);
        BinaryPrimitives.WriteInt32LittleEndian(note[32..], thread.Id);
        BinaryPrimitives.WriteInt32LittleEndian(note[36..], process.ParentId);
        BinaryPrimitives.WriteInt32LittleEndian(note[40..], process.GroupId);
        BinaryPrimitives.WriteInt32LittleEndian(note[44..], process.SessionId);
        CpuTimes times = thread.CpuTimes;
        PutTime(note[TimesAt..], times.UserNs);
        PutTime(note[(TimesAt + 16)..], times.SystemNs);
        PutRegisters(note[RegistersAt..], thread);
        BinaryPrimitives.WriteInt32LittleEndian(note[HasFloatingPointAt..], 1);
    }

    private static void PutTime(Span<byte> to, ulong ns)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, ns / NsPerSecond);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], ns % NsPerSecond / NsPerMicrosecond);
    }

    private static void PutRegisters(Span<byte> to, UserThread thread)
    {
        ref readonly UserRegisters r = ref thread.Context.Registers;

        // In a call RAX has its number until there is a result; there Linux shows -ENOSYS.
        bool isInCall = thread.IsWaiting && !thread.Process.IsStopped;
        ulong result = isInCall ? unchecked((ulong)-(long)Errno.ENOSYS) : r.Rax;
        ulong call = isInCall ? r.Rax : ulong.MaxValue;
        ReadOnlySpan<ulong> order =
        [
            r.R15, r.R14, r.R13, r.R12, r.Rbp, r.Rbx, r.R11, r.R10, r.R9, r.R8, result, r.Rcx, r.Rdx, r.Rsi, r.Rdi, call,
            r.Rip, CodeSelector, r.Rflags, r.Rsp, StackSelector, thread.Context.FsBase, thread.Context.GsBase, 0, 0, 0, 0,
        ];
        for (int i = 0; i < order.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to[(i * sizeof(ulong))..], order[i]);
        }
    }
}
