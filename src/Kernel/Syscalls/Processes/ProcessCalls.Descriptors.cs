using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls;

// pidfd_open(2) and what is done with its descriptors; kcmp(2).
public sealed partial class ProcessCalls
{
    private void AddDescriptors(SyscallTable table)
    {
        table.Add(SyscallNumber.PidfdOpen, OpenProcess, "PIDFD_THREAD is EINVAL");
        table.Add(SyscallNumber.PidfdSendSignal, SendToProcess, "the scope flags are EINVAL");
        table.Add(SyscallNumber.PidfdGetfd, TakeDescriptor);
        table.Add(SyscallNumber.ProcessMadvise, AdviseProcess);
        table.Add(SyscallNumber.Kcmp, Compare, "files that differ are not ordered; KCMP_EPOLL_TFD is EINVAL");
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

        if (a.Process.Files.Get(a.Int0) is not ProcessFile file)
        {
            return Errno.EBADF;
        }

        int number = a.Int1;
        SignalInfo info = SignalInfo.FromProcess((Signal)number, SignalInfo.User, a.Process.Id, a.Process.Credentials.User.Real);
        if (a.A2 != 0)
        {
            Span<byte> bytes = stackalloc byte[SignalInfo.Bytes];
            if (a.Space.Read(a.Address2, bytes) != bytes.Length)
            {
                return Errno.EFAULT;
            }

            info = SignalInfo.ReadFrom(bytes);
            if (info.Number != number)
            {
                return Errno.EINVAL;
            }

            if (info.Code is >= 0 or SignalInfo.ThreadKill && file.Process != a.Process)
            {
                return Errno.EPERM;
            }
        }

        if (file.Process.HasExited)
        {
            return Errno.ESRCH;
        }

        if (number is < 0 or > (int)Signal.SIGRTMAX)
        {
            return Errno.EINVAL;
        }

        Errno error = number == 0 ? Errno.None : file.Process.Send(in info);
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

    private Result<long> Compare(in SyscallArguments a)
    {
        const int Equal = 0;
        const int Unordered = 3;
        const int File = 0;
        const int Highest = 6; // KCMP_VM, FILES, FS, SIGHAND, IO, SYSVSEM; threads share them all
        Process? first = host.FindThread(a.Int0)?.Process;
        Process? second = host.FindThread(a.Int1)?.Process;
        if (first == null || second == null)
        {
            return Errno.ESRCH;
        }

        if (a.Int2 is < File or > Highest)
        {
            return Errno.EINVAL;
        }

        if (a.Int2 != File)
        {
            return first == second ? Equal : Unordered;
        }

        OpenFile? one = first.Files.Get(unchecked((int)a.A3));
        OpenFile? other = second.Files.Get(unchecked((int)a.A4));
        return one == null || other == null ? Errno.EBADF : one == other ? Equal : Unordered;
    }
}
