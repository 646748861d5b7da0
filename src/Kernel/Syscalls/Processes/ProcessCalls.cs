using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Syscalls;

/// <summary>Who a process is, what it may use, other programs in its place, and waiting for children that it cannot have yet.</summary>
public sealed partial class ProcessCalls(ProcessHost host)
{
    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Getpid, GetId);
        table.Add(SyscallNumber.Getppid, GetParentId);
        table.Add(SyscallNumber.Getpgrp, GetGroup);
        table.Add(SyscallNumber.Getpgid, GetGroupOf);
        table.Add(SyscallNumber.Setpgid, SetGroup);
        table.Add(SyscallNumber.Getsid, GetSession);
        table.Add(SyscallNumber.Setsid, SetSession);
        table.Add(SyscallNumber.Wait4, Wait, "there are no child processes: ECHILD; a stop of the program is told to the tool");
        table.Add(SyscallNumber.Waitid, WaitForChange, "there are no child processes: ECHILD");
        table.Add(SyscallNumber.Getrusage, GetUsage, "CPU time (its division into user and system time is sampled), faults and peak memory");
        table.Add(SyscallNumber.Personality, SetPersonality, "ADDR_NO_RANDOMIZE; the rest is kept and means nothing");
        table.Refuse(SyscallNumber.Ptrace, Trace, "nobody is traced: EPERM, ESRCH");
        table.Add(SyscallNumber.Unshare, Unshare, "no namespaces: EPERM; the descriptors of several threads cannot be divided: EINVAL");
        table.Refuse(SyscallNumber.Setns, EnterNamespace, "no namespaces: EINVAL, EPERM");
        AddDescriptors(table);
        AddMemory(table);
        AddIdentity(table);
        AddCapabilities(table);
        AddLimits(table);
        AddControl(table);
        AddExecution(table);
    }

    private Result<long> GetId(in SyscallArguments a) => a.Thread.Process.Id;

    private Result<long> GetParentId(in SyscallArguments a) => a.Thread.Process.ParentId;

    private Result<long> GetGroup(in SyscallArguments a) => a.Process.GroupId;

    private Result<long> GetGroupOf(in SyscallArguments a)
    {
        Process? process = Target(in a);
        return process == null ? Errno.ESRCH : process.GroupId;
    }

    private Result<long> SetGroup(in SyscallArguments a)
    {
        int id = a.Int0 == 0 ? a.Process.Id : a.Int0;
        int group = a.Int1 == 0 ? id : a.Int1;
        if (group < 0)
        {
            return Errno.EINVAL;
        }

        Process? process = host.FindProcess(id);
        if (process == null)
        {
            return host.FindThread(id) != null ? Errno.EINVAL : Errno.ESRCH;
        }

        if (process.SessionId == process.Id || (group != process.Id && !IsGroup(group, process.SessionId)))
        {
            return Errno.EPERM;
        }

        process.GroupId = group;
        return 0;
    }

    private Result<long> GetSession(in SyscallArguments a)
    {
        Process? process = Target(in a);
        return process == null ? Errno.ESRCH : process.SessionId;
    }

    private Result<long> SetSession(in SyscallArguments a)
    {
        Process process = a.Process;
        if (IsAnyGroup(process.Id))
        {
            return Errno.EPERM;
        }

        process.StartSession();
        return process.Id;
    }

    /// <summary>The process of a number, which may be one of its threads'; zero is the caller's own.</summary>
    private Process? Target(in SyscallArguments a) => a.Int0 == 0 ? a.Process : host.FindProcess(a.Int0) ?? host.FindThread(a.Int0)?.Process;

    /// <summary>Whether some process is in the group: a new session's number must not be one that is in use.</summary>
    private bool IsAnyGroup(int group)
    {
        foreach (Process process in host.Processes)
        {
            if (process.GroupId == group)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsGroup(int group, int session)
    {
        foreach (Process process in host.Processes)
        {
            if (process.GroupId == group && process.SessionId == session)
            {
                return true;
            }
        }

        return false;
    }

    private Result<long> Wait(in SyscallArguments a)
    {
        const uint Cloned = 0xe0000000; // __WNOTHREAD, __WALL, __WCLONE
        return (unchecked((uint)a.A2) & ~(Cloned | 1 | 2 | 8)) != 0 ? Errno.EINVAL // WNOHANG, WUNTRACED, WCONTINUED
            : a.Int0 == int.MinValue ? Errno.ESRCH // no group has the negated number
            : Errno.ECHILD;
    }

    private Result<long> WaitForChange(in SyscallArguments a)
    {
        const uint Cloned = 0xe0000000;
        const uint Changes = 2 | 4 | 8; // WSTOPPED, WEXITED, WCONTINUED
        uint options = unchecked((uint)a.A3);
        bool isValid = (options & ~(Cloned | Changes | 1 | 0x0100_0000)) == 0 && (options & Changes) != 0; // WNOHANG, WNOWAIT
        Span<byte> nothing = stackalloc byte[12];
        nothing.Clear();
        Errno error = !isValid ? Errno.EINVAL : WhoseChange(in a);

        // Linux fills siginfo_t even for a call that fails: signal, error and code; behind them process, user and status.
        return a.A2 != 0 && (a.Space.Write(a.Address2, nothing) != nothing.Length || a.Space.Write(a.Address2 + 16, nothing) != nothing.Length) ? Errno.EFAULT : error;
    }

    /// <summary>The kind of number that waitid(2) is given, and the number.</summary>
    private static Errno WhoseChange(in SyscallArguments a)
    {
        const int All = 0;
        const int ByProcess = 1;
        const int ByGroup = 2;
        const int ByDescriptor = 3;
        return a.Int0 switch
        {
            All => Errno.ECHILD,
            ByProcess => a.Int1 <= 0 ? Errno.EINVAL : Errno.ECHILD,
            ByGroup => a.Int1 < 0 ? Errno.EINVAL : Errno.ECHILD,
            ByDescriptor => a.Int1 < 0 ? Errno.EINVAL : a.Process.Files.Get(a.Int1) is ProcessFile ? Errno.ECHILD : Errno.EBADF,
            _ => Errno.EINVAL,
        };
    }

    private Result<long> GetUsage(in SyscallArguments a)
    {
        const int Self = 0;
        const int Thread = 1;
        const int Children = -1;
        if (a.Int0 is not (Self or Thread or Children))
        {
            return Errno.EINVAL;
        }

        Span<byte> usage = stackalloc byte[144];
        usage.Clear();
        if (a.Int0 != Children)
        {
            CpuTimes times = a.Int0 == Thread ? a.Thread.CpuTimes : a.Process.CpuTimes;
            Put(usage, 0, times.UserNs / 1_000_000_000);
            Put(usage, 8, times.UserNs % 1_000_000_000 / 1000);
            Put(usage, 16, times.SystemNs / 1_000_000_000);
            Put(usage, 24, times.SystemNs % 1_000_000_000 / 1000);
            Put(usage, 32, a.Process.Memory.PeakResidentPages * 4);
            Put(usage, 64, a.Process.Memory.Faults);
        }

        return a.Space.Write(a.Address1, usage) == usage.Length ? 0 : Errno.EFAULT;
    }

    private Result<long> SetPersonality(in SyscallArguments a)
    {
        uint old = a.Process.Personality;
        uint given = unchecked((uint)a.A0);
        if (given != uint.MaxValue)
        {
            a.Process.Personality = given;
        }

        return old;
    }

    private static void Put(Span<byte> to, int offset, ulong value) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(to[offset..], value);
}
