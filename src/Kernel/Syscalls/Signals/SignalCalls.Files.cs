using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls;

// signalfd(2).
public sealed partial class SignalCalls
{
    private void AddFiles(SyscallTable table)
    {
        table.Add(SyscallNumber.Signalfd, (in SyscallArguments a) => MakeFile(in a, OpenFlags.ReadOnly));
        table.Add(SyscallNumber.Signalfd4, (in SyscallArguments a) => MakeFile(in a, (OpenFlags)unchecked((uint)a.A3)));
    }

    private Result<long> MakeFile(in SyscallArguments a, OpenFlags flags)
    {
        if (a.A2 != SetBytes)
        {
            return Errno.EINVAL;
        }

        if (!a.Space.TryRead(a.Address1, out SignalSet signals))
        {
            return Errno.EFAULT;
        }

        if ((flags & ~(OpenFlags.CloseOnExec | OpenFlags.NonBlock)) != 0)
        {
            return Errno.EINVAL;
        }

        signals &= ~SignalSet.Unblockable;
        if (a.Int0 != -1)
        {
            OpenFile? present = a.Process.Files.Get(a.Int0);
            if (present is not SignalFile file)
            {
                return present == null || present.IsPathOnly ? Errno.EBADF : Errno.EINVAL;
            }

            file.Signals = signals;
            return a.Int0;
        }

        SignalFile made = new(host.Tree, a.Process, signals, flags & OpenFlags.NonBlock);
        Result<int> added = a.Process.Files.Add(made, (flags & OpenFlags.CloseOnExec) != 0);
        if (!added.IsOk)
        {
            made.Release();
            return added.Error;
        }

        return added.Value;
    }
}
