using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Syscalls;

// kill(2) and its kin.
public sealed partial class SignalCalls
{
    private void AddSending(SyscallTable table)
    {
        table.Add(SyscallNumber.Kill, Kill);
        table.Add(SyscallNumber.Tkill, KillThread);
        table.Add(SyscallNumber.Tgkill, KillThreadOfGroup);
        table.Add(SyscallNumber.RtSigqueueinfo, Queue);
        table.Add(SyscallNumber.RtTgsigqueueinfo, QueueToThread);
    }

    private Result<long> Kill(in SyscallArguments a)
    {
        int target = a.Int0;
        SignalInfo info = SignalInfo.FromProcess((Signal)a.Int1, SignalInfo.User, a.Process.Id, a.Thread.Credentials.User.Real);
        if (target > 0)
        {
            Process? process = host.FindProcess(target) ?? host.FindThread(target)?.Process;
            return process == null ? Errno.ESRCH : Send(process, in info);
        }

        // -1: everyone but the first process and the caller; 0 and below -1: a process group.
        int group = target == 0 ? a.Process.GroupId : unchecked(-target);
        Result<long> outcome = Errno.ESRCH;
        for (int i = host.Processes.Count - 1; i >= 0; i--)
        {
            Process process = host.Processes[i];
            bool isMeant = target == -1 ? process != a.Process && process.Parent != null : process.GroupId == group;
            if (isMeant)
            {
                outcome = Send(process, in info);
            }
        }

        return outcome;
    }

    private Result<long> KillThread(in SyscallArguments a) =>
        a.Int0 <= 0 ? Errno.EINVAL : SendToThread(in a, 0, a.Int0, a.Int1);

    private Result<long> KillThreadOfGroup(in SyscallArguments a) =>
        a.Int0 <= 0 || a.Int1 <= 0 ? Errno.EINVAL : SendToThread(in a, a.Int0, a.Int1, a.Int2);

    private Result<long> Queue(in SyscallArguments a)
    {
        Errno error = ReadInfo(in a, a.Int1, a.Address2, a.Int0, out SignalInfo info);
        if (error != Errno.None)
        {
            return error;
        }

        Process? process = host.FindProcess(a.Int0) ?? host.FindThread(a.Int0)?.Process;
        return process == null ? Errno.ESRCH : Send(process, in info);
    }

    private Result<long> QueueToThread(in SyscallArguments a)
    {
        Errno error = ReadInfo(in a, a.Int2, a.Address3, a.Int1, out SignalInfo info);
        if (error == Errno.EFAULT || a.Int0 <= 0 || a.Int1 <= 0)
        {
            return error == Errno.EFAULT ? error : Errno.EINVAL;
        }

        if (error != Errno.None)
        {
            return error;
        }

        UserThread? thread = host.FindThread(a.Int1);
        if (thread == null || thread.Process.Id != a.Int0)
        {
            return Errno.ESRCH;
        }

        return info.Number is < 0 or > HighestSignal ? Errno.EINVAL : info.Number == 0 ? 0 : Of(thread.Send(in info));
    }

    private Result<long> SendToThread(in SyscallArguments a, int processId, int threadId, int number)
    {
        UserThread? thread = host.FindThread(threadId);
        if (thread == null || (processId != 0 && thread.Process.Id != processId))
        {
            return Errno.ESRCH;
        }

        if (number is <= 0 or > HighestSignal)
        {
            return number == 0 ? 0 : Errno.EINVAL;
        }

        SignalInfo info = SignalInfo.FromProcess((Signal)number, SignalInfo.ThreadKill, a.Process.Id, a.Thread.Credentials.User.Real);
        return Of(thread.Send(in info));
    }

    /// <summary>Reads what a program queues. Codes that only the kernel sends are for the program itself alone (EPERM).</summary>
    private static Errno ReadInfo(in SyscallArguments a, int number, Machine.VirtAddr address, int target, out SignalInfo info)
    {
        Errno error = ReadInfo(in a, number, address, out info);
        return error != Errno.None ? error : info.Code is >= 0 or SignalInfo.ThreadKill && target != a.Thread.Id ? Errno.EPERM : Errno.None;
    }

    /// <summary>Reads a siginfo_t of a signal (null: the one that it names): 48 bytes, and with a code that Linux does not know the rest too, which must be zero. EFAULT, E2BIG.</summary>
    internal static Errno ReadInfo(in SyscallArguments a, int? number, Machine.VirtAddr address, out SignalInfo info)
    {
        Span<byte> bytes = stackalloc byte[SignalInfo.Bytes];
        Span<byte> used = bytes[..SignalInfo.UsedBytes];
        Span<byte> rest = bytes[SignalInfo.UsedBytes..];
        info = default;
        if (a.Space.Read(address, used) != used.Length)
        {
            return Errno.EFAULT;
        }

        info = SignalInfo.ReadFrom(used);
        info.Number = number ?? info.Number;
        if (info.MayHideMore)
        {
            if (a.Space.Read(address + SignalInfo.UsedBytes, rest) != rest.Length)
            {
                return Errno.EFAULT;
            }

            if (rest.ContainsAnyExcept((byte)0))
            {
                return Errno.E2BIG;
            }
        }

        return Errno.None;
    }

    /// <summary>Sends to a process that was found: only now an invalid signal is an error (check_kill_permission).</summary>
    private static Result<long> Send(Process process, in SignalInfo info) =>
        info.Number is < 0 or > HighestSignal ? Errno.EINVAL : info.Number == 0 ? 0 : Of(process.Send(in info));

    private static Result<long> Of(Errno error) => error == Errno.None ? 0 : error;
}
