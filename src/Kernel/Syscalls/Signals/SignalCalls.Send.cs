using Mote.Abi.Linux;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Syscalls;

// Sending: kill, tkill, tgkill and the queueing forms.
public sealed partial class SignalCalls
{
    private Result<long> Kill(in SyscallArguments a)
    {
        int id = a.Int0;
        int number = a.Int1;
        if (number != 0 && !IsValid(number))
        {
            return Errno.EINVAL;
        }

        Process self = a.Process;
        bool isFound = false;
        Errno error = Errno.None;
        SignalInfo info = SignalInfo.FromProcess((Signal)number, SignalInfo.User, self.Id, self.FileContext.Uid);
        foreach (Process process in self.Host.Snapshot())
        {
            bool isMeant = id switch
            {
                > 0 => process.Id == id,
                0 => process.GroupId == self.GroupId,
                -1 => process != self && process.Id != 1,
                int.MinValue => false,
                _ => process.GroupId == -id,
            };
            if (!isMeant)
            {
                continue;
            }

            isFound = true;
            if (number != 0)
            {
                error = process.Send(in info);
            }
        }

        return !isFound ? Errno.ESRCH : error != Errno.None ? error : 0;
    }

    private Result<long> ThreadKill(in SyscallArguments a) => SendToThread(in a, groupId: null, a.Int0, a.Int1);

    private Result<long> GroupThreadKill(in SyscallArguments a) =>
        a.Int0 <= 0 ? Errno.EINVAL : SendToThread(in a, a.Int0, a.Int1, a.Int2);

    private static Result<long> SendToThread(in SyscallArguments a, int? groupId, int threadId, int number)
    {
        if (threadId <= 0 || (number != 0 && !IsValid(number)))
        {
            return Errno.EINVAL;
        }

        UserThread? thread = a.Process.Host.FindThread(threadId);
        if (thread == null || (groupId is int group && thread.Process.Id != group))
        {
            return Errno.ESRCH;
        }

        if (number == 0)
        {
            return 0;
        }

        Errno error = thread.Send(SignalInfo.FromProcess((Signal)number, SignalInfo.ThreadKill, a.Process.Id, a.Process.FileContext.Uid));
        return error != Errno.None ? error : 0;
    }

    private Result<long> QueueInfo(in SyscallArguments a)
    {
        Errno error = ReadInfo(in a, a.A2, a.Int1, out SignalInfo info);
        if (error != Errno.None)
        {
            return error;
        }

        Process? process = a.Process.Host.FindProcess(a.Int0);
        if (process == null)
        {
            return Errno.ESRCH;
        }

        error = IsForged(in info, process == a.Process) ? Errno.EPERM : a.Int1 == 0 ? Errno.None : process.Send(in info);
        return error != Errno.None ? error : 0;
    }

    private Result<long> ThreadQueueInfo(in SyscallArguments a)
    {
        Errno error = ReadInfo(in a, a.A3, a.Int2, out SignalInfo info);
        if (error != Errno.None)
        {
            return error;
        }

        UserThread? thread = a.Process.Host.FindThread(a.Int1);
        if (thread == null || thread.Process.Id != a.Int0)
        {
            return Errno.ESRCH;
        }

        error = IsForged(in info, thread.Process == a.Process) ? Errno.EPERM : a.Int2 == 0 ? Errno.None : thread.Send(in info);
        return error != Errno.None ? error : 0;
    }

    private static Errno ReadInfo(in SyscallArguments a, ulong address, int number, out SignalInfo info)
    {
        if (!a.Space.TryRead(new Machine.VirtAddr(address), out info))
        {
            return Errno.EFAULT;
        }

        info.Number = number;
        return number != 0 && !IsValid(number) ? Errno.EINVAL : Errno.None;
    }

    /// <summary>Only to itself may a process send what looks as if the kernel or kill(2) had sent it (rt_sigqueueinfo(2)).</summary>
    private static bool IsForged(in SignalInfo info, bool isSelf) => !isSelf && (info.Code >= 0 || info.Code == SignalInfo.ThreadKill);
}
