using Mote.Abi.Linux;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Syscalls;

// ptrace(2), unshare(2), setns(2): nothing is traced and there is one of each namespace, but a call that is wrong is told so.
public sealed partial class ProcessCalls
{
    private Result<long> Trace(in SyscallArguments a)
    {
        const int TraceMe = 0;
        const int Attach = 16;
        const int Seize = 0x4206;
        return a.Int0 switch
        {
            TraceMe => Errno.EPERM,
            Attach or Seize when host.FindThread(a.Int1) != null => Errno.EPERM,
            _ => Errno.ESRCH, // not there, or nobody whom the caller traces
        };
    }

    private Result<long> Unshare(in SyscallArguments a)
    {
        const CloneFlags Namespaces = CloneFlags.NewNamespace | CloneFlags.NewControlGroup | CloneFlags.NewHostName | CloneFlags.NewIpc | CloneFlags.NewUser
            | CloneFlags.NewProcesses | CloneFlags.NewNetwork | CloneFlags.NewTime;
        const CloneFlags Parts = CloneFlags.Thread | CloneFlags.FileSystem | CloneFlags.SignalHandlers | CloneFlags.Memory | CloneFlags.Files | CloneFlags.SystemV;
        CloneFlags flags = (CloneFlags)a.A0;
        if ((flags & ~(Namespaces | Parts)) != 0 || ((flags & (Parts & ~CloneFlags.FileSystem)) != 0 && a.Process.Threads.Count > 1))
        {
            return Errno.EINVAL;
        }

        if ((flags & Namespaces) != 0)
        {
            return Errno.EPERM;
        }

        if ((flags & CloneFlags.FileSystem) != 0)
        {
            a.Thread.Fs = a.Thread.Fs.WithOwnPlaces();
        }

        return 0;
    }

    private Result<long> EnterNamespace(in SyscallArguments a)
    {
        Vfs.OpenFile? file = a.Process.Files.Get(a.Int0);
        return file == null || file.IsPathOnly ? Errno.EBADF
            : file is ProcessFile && a.Int1 != 0 ? Errno.EPERM
            : Errno.EINVAL;
    }
}
