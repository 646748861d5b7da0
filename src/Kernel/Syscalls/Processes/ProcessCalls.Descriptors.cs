using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls;

// pidfd_open(2) and what is done with its descriptors; kcmp(2).
public sealed partial class ProcessCalls
{
    private ulong _lastOrder;

    private void AddDescriptors(SyscallTable table)
    {
        table.Add(SyscallNumber.PidfdOpen, OpenProcess, "PIDFD_THREAD is EINVAL");
        table.Add(SyscallNumber.PidfdSendSignal, SendToProcess, "the scope flags are EINVAL");
        table.Add(SyscallNumber.PidfdGetfd, TakeDescriptor);
        table.Add(SyscallNumber.ProcessMadvise, AdviseProcess);
        table.Add(SyscallNumber.Kcmp, Compare);
        table.Add(SyscallNumber.ProcessMrelease, ReleaseMemory);
    }

    private Result<long> OpenProcess(in SyscallArguments a)
    {
        if ((unchecked((uint)a.A1) & ~(uint)OpenFlags.NonBlock) != 0 || a.Int0 <= 0)
        {
            return Errno.EINVAL;
        }

        Process? process = host.FindProcess(a.Int0);
        if (process == null)
        {
            return host.FindThread(a.Int0) != null ? Errno.EINVAL : Errno.ESRCH;
        }

        ProcessFile made = new(host.Tree, process, (OpenFlags)unchecked((uint)a.A1));
        Result<int> added = a.Process.Files.Add(made, closeOnExec: true);
        if (!added.IsOk)
        {
            made.Release();
            return added.Error;
        }

        return added.Value;
    }

    private Result<long> SendToProcess(in SyscallArguments a)
    {
        if (unchecked((uint)a.A3) != 0)
        {
            return Errno.EINVAL;
        }

        OpenFile? given = a.Process.Files.Get(a.Int0);
        Process? target = given is ProcessFile file ? file.Process : given is { IsPathOnly: false, Inode: IProcessPlace place } ? place.NamedProcess : null;
        if (target == null)
        {
            return Errno.EBADF;
        }

        int number = a.Int1;
        SignalInfo info = SignalInfo.FromProcess((Signal)number, SignalInfo.User, a.Process.Id, a.Thread.Credentials.User.Real);
        if (a.A2 != 0)
        {
            // The layout goes by the number that it names itself (copy_siginfo_from_user).
            Errno read = SignalCalls.ReadInfo(in a, null, a.Address2, out info);
            if (read != Errno.None)
            {
                return read;
            }

            if (info.Number != number)
            {
                return Errno.EINVAL;
            }

            if (info.Code is >= 0 or SignalInfo.ThreadKill && target != a.Process)
            {
                return Errno.EPERM;
            }
        }

        if (target.HasExited)
        {
            return Errno.ESRCH;
        }

        if (number is < 0 or > (int)Signal.SIGRTMAX)
        {
            return Errno.EINVAL;
        }

        Errno error = number == 0 ? Errno.None : target.Send(in info);
        return error == Errno.None ? 0 : error;
    }

    private Result<long> TakeDescriptor(in SyscallArguments a)
    {
        if (unchecked((uint)a.A2) != 0)
        {
            return Errno.EINVAL;
        }

        if (a.Process.Files.Get(a.Int0) is not ProcessFile file)
        {
            return Errno.EBADF;
        }

        if (file.Process.HasExited)
        {
            return Errno.ESRCH;
        }

        OpenFile? wanted = file.Process.Files.Get(a.Int1);
        if (wanted == null)
        {
            return Errno.EBADF;
        }

        wanted.AddReference();
        Result<int> added = a.Process.Files.Add(wanted, closeOnExec: true);
        if (!added.IsOk)
        {
            wanted.Release();
            return added.Error;
        }

        return added.Value;
    }

    /// <summary>process_mrelease(2): takes the memory of a process that is being killed, and whose memory nobody else can see: the only process lives as long as its calls.</summary>
    private static Result<long> ReleaseMemory(in SyscallArguments a) =>
        unchecked((uint)a.A1) != 0 ? Errno.EINVAL
            : a.Process.Files.Get(a.Int0) is not ProcessFile file ? Errno.EBADF
            : file.Process.HasExited ? Errno.ESRCH
            : Errno.EINVAL;

    private Result<long> Compare(in SyscallArguments a)
    {
        const int Equal = 0;
        const int Less = 1;
        const int Greater = 2;
        const int File = 0;
        const int EpollTarget = 7;
        const int Shared = 6; // up to here: KCMP_VM, FILES, FS, SIGHAND, IO, SYSVSEM; threads share them all
        Process? first = host.FindThread(a.Int0)?.Process;
        Process? second = host.FindThread(a.Int1)?.Process;
        if (first == null || second == null)
        {
            return Errno.ESRCH;
        }

        if (a.Int2 is < File or > EpollTarget)
        {
            return Errno.EINVAL;
        }

        if (a.Int2 is > File and <= Shared)
        {
            return first == second ? Equal : first.Id < second.Id ? Less : Greater;
        }

        OpenFile? one = first.Files.Get(unchecked((int)a.A3));
        Result<OpenFile> other = a.Int2 == EpollTarget ? TargetOfEpoll(in a, second, one) : second.Files.Get(unchecked((int)a.A4)) is { } file ? file : Errno.EBADF;
        if (!other.IsOk || one == null)
        {
            return other.IsOk ? Errno.EBADF : other.Error;
        }

        return one == other.Value ? Equal : OrderOf(one) < OrderOf(other.Value) ? Less : Greater;
    }

    /// <summary>KCMP_EPOLL_TFD: the file that an epoll has under a number, out of struct kcmp_epoll_slot. EFAULT, EBADF, EINVAL, ENOENT.</summary>
    private static Result<OpenFile> TargetOfEpoll(in SyscallArguments a, Process process, OpenFile? one)
    {
        if (!a.Space.TryRead(a.Address4, out int epoll) || !a.Space.TryRead(a.Address4 + 4, out int target) || !a.Space.TryRead(a.Address4 + 8, out uint skipped))
        {
            return Errno.EFAULT;
        }

        OpenFile? file = process.Files.Get(epoll);
        if (one == null || file == null)
        {
            return Errno.EBADF;
        }

        return file is not EpollFile set ? Errno.EINVAL : set.FindTarget(target, skipped) is { } found ? found : Errno.ENOENT;
    }

    /// <summary>A number that a file keeps from the first comparison on: programs sort by it (kcmp(2)).</summary>
    private ulong OrderOf(OpenFile file)
    {
        if (file.Order == 0)
        {
            file.Order = ++_lastOrder;
        }

        return file.Order;
    }
}
