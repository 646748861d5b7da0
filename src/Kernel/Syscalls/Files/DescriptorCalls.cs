using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>dup(2), dup2(2), dup3(2), fcntl(2), flock(2), ioctl(2).</summary>
public sealed partial class DescriptorCalls(FileServices services) : FileFamily(services)
{
    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Dup, Duplicate);
        table.Add(SyscallNumber.Dup2, DuplicateTo);
        table.Add(SyscallNumber.Dup3, DuplicateWith);
        table.Add(SyscallNumber.Fcntl, Control, "no leases and no directory notification (F_SETLEASE, F_NOTIFY): EINVAL");
        table.Add(SyscallNumber.Flock, LockWhole);
        table.Add(SyscallNumber.Ioctl, DeviceControl, "FIONREAD, FIONBIO, FIOASYNC, FIOCLEX, FIONCLEX, FIGETBSZ; no attribute of FS_IOC_SETFLAGS and FS_IOC_FSSETXATTR can be set (EOPNOTSUPP); on terminals all of ioctl_tty(2) but modem lines, virtual consoles and locked settings; TIOCSTI is refused (EIO)");
    }

    private Result<long> Duplicate(in SyscallArguments a) => Duplicate(in a, a.Int0, 0, closeOnExec: false);

    private static Result<long> Duplicate(in SyscallArguments a, int descriptor, int minimum, bool closeOnExec)
    {
        Result<OpenFile> file = AnyFileOf(in a, descriptor);
        if (!file.IsOk)
        {
            return file.Error;
        }

        file.Value.AddReference();
        Result<int> added = a.Process.Files.Add(file.Value, closeOnExec, minimum);
        if (!added.IsOk)
        {
            file.Value.Release();
            return added.Error;
        }

        return added.Value;
    }

    private Result<long> DuplicateTo(in SyscallArguments a)
    {
        if (a.Int0 == a.Int1)
        {
            return AnyFileOf(in a, a.Int0).IsOk ? a.Int0 : Errno.EBADF;
        }

        return Replace(in a, closeOnExec: false);
    }

    private Result<long> DuplicateWith(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.A2);
        if ((flags & ~(uint)OpenFlags.CloseOnExec) != 0 || a.Int0 == a.Int1)
        {
            return Errno.EINVAL;
        }

        return Replace(in a, flags != 0);
    }

    private static Result<long> Replace(in SyscallArguments a, bool closeOnExec)
    {
        Result<OpenFile> file = AnyFileOf(in a, a.Int0);
        if (!file.IsOk)
        {
            return file.Error;
        }

        file.Value.AddReference();
        Result<int> placed = a.Process.Files.Replace(a.Int1, file.Value, closeOnExec);
        if (!placed.IsOk)
        {
            file.Value.Release();
            return placed.Error;
        }

        return placed.Value;
    }

    private Result<long> LockWhole(in SyscallArguments a)
    {
        const int Shared = 1;
        const int Exclusive = 2;
        const int NoWait = 4;
        const int Unlock = 8;
        const int Mandatory = 32; // LOCK_MAND, of which nothing is left but that it is no error
        if ((a.Int1 & Mandatory) != 0)
        {
            return 0;
        }

        int operation = a.Int1 & ~NoWait;
        if (operation is not (Shared or Exclusive or Unlock))
        {
            return Errno.EINVAL;
        }

        Result<OpenFile> file = FileOf(in a, a.Int0);
        if (!file.IsOk)
        {
            return file.Error;
        }

        FileLocks locks = file.Value.Inode.Locks ??= new FileLocks();
        switch (operation)
        {
            case Unlock:
                locks.UnlockWhole(file.Value);
                return 0;
            default:
                file.Value.AddReference();
                Errno error = locks.LockWhole(file.Value, operation == Exclusive, (a.Int1 & NoWait) == 0);
                file.Value.Release();
                return Done(error);
        }
    }

    private Result<long> DeviceControl(in SyscallArguments a)
    {
        const uint BytesReadable = 0x541b;
        const uint SetNonBlocking = 0x5421;
        const uint ClearCloseOnExec = 0x5450;
        const uint SetCloseOnExec = 0x5451;
        const uint SetAsync = 0x5452;
        const uint SetFileOwner = 0x8901;
        const uint SetProcessGroup = 0x8902;
        const uint GetFileOwner = 0x8903;
        const uint GetProcessGroup = 0x8904;
        const uint GetBlockSize = 2;
        const uint Clone = 0x40049409;
        const uint CloneRange = 0x4020940d;
        const uint Deduplicate = 0xc0189436;
        Result<OpenFile> found = FileOf(in a, a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        OpenFile file = found.Value;
        uint request = unchecked((uint)a.A1);
        switch (request)
        {
            case SetCloseOnExec:
            case ClearCloseOnExec:
                a.Process.Files.SetCloseOnExec(a.Int0, request == SetCloseOnExec);
                return 0;
            case SetNonBlocking:
            case SetAsync:
                if (!a.Space.TryRead(a.Address2, out int value))
                {
                    return Errno.EFAULT;
                }

                OpenFlags flag = request == SetNonBlocking ? OpenFlags.NonBlock : OpenFlags.Async;
                return request == SetAsync && value != 0 && !file.SendsSignals ? Errno.ENOTTY : SetStatusFlags(in a, file, value != 0 ? file.Flags | flag : file.Flags & ~flag);
            case GetBlockSize:
                return a.Space.TryWrite(a.Address2, PageSize.Bytes) ? 0 : Errno.EFAULT;
            case Clone:
                return FileOf(in a, a.Int2).IsOk ? Errno.EOPNOTSUPP : Errno.EBADF;
            case CloneRange:
            case Deduplicate:
                return a.Space.TryRead(a.Address2, out long _) ? Errno.EOPNOTSUPP : Errno.EFAULT;
            case BytesReadable when file.Inode.Type == FileType.Regular:
                return a.Space.TryWrite(a.Address2, unchecked((int)(file.Inode.Size - file.Position))) ? 0 : Errno.EFAULT; // negative past the end
            case SetFileOwner or SetProcessGroup or GetFileOwner or GetProcessGroup when file.Inode.Type == FileType.Socket:
                return ControlSocketOwner(in a, file, request is SetFileOwner or SetProcessGroup);
            default:
                return TryControlFileSystem(in a, file, request, out Result<long> result) ? result : file.Control(request, a.A2, a.Space);
        }
    }
}
