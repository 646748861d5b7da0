using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>fsync(2) and its kin, advice on files. All files are in memory: there is nothing to wait for.</summary>
public sealed class SyncCalls(FileServices services) : FileFamily(services)
{
    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Fsync, Sync);
        table.Add(SyscallNumber.Fdatasync, Sync);
        table.Add(SyscallNumber.Sync, static (in SyscallArguments a) => 0L);
        table.Add(SyscallNumber.Syncfs, SyncFileSystem);
        table.Add(SyscallNumber.SyncFileRange, SyncRange);
        table.Add(SyscallNumber.Fadvise64, Advise);
        table.Add(SyscallNumber.Readahead, ReadAhead);
    }

    private Result<long> Sync(in SyscallArguments a)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        if (!file.IsOk)
        {
            return file.Error;
        }

        // What mappings wrote is clean from now on: their next write moves the file's times again.
        if (file.Value.Inode.Pages is { WritableMappings: > 0 } pages)
        {
            foreach (Processes.Process process in a.Process.Host.Processes)
            {
                process.Memory.Clean(pages);
            }
        }

        return Done(file.Value.Sync());
    }

    private Result<long> SyncFileSystem(in SyscallArguments a)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        return file.IsOk ? 0L : file.Error;
    }

    private Result<long> SyncRange(in SyscallArguments a)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        if (!file.IsOk)
        {
            return file.Error;
        }

        if (unchecked((uint)a.A3) > 7 || unchecked((long)a.A1) < 0 || unchecked((long)a.A2) < 0 || unchecked((long)(a.A1 + a.A2)) < 0)
        {
            return Errno.EINVAL;
        }

        return file.Value.Inode.Type is FileType.Regular or FileType.Directory ? 0L : Errno.ESPIPE;
    }

    private Result<long> Advise(in SyscallArguments a)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        if (!file.IsOk)
        {
            return file.Error;
        }

        if (file.Value.Inode.Type == FileType.Fifo)
        {
            return Errno.ESPIPE;
        }

        return unchecked((uint)a.A3) > 5 || unchecked((long)a.A2) < 0 ? Errno.EINVAL : 0L;
    }

    private Result<long> ReadAhead(in SyscallArguments a)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        if (!file.IsOk || !file.Value.CanRead)
        {
            return Errno.EBADF;
        }

        return file.Value.Inode.Type != FileType.Regular || unchecked((long)a.A2) < 0 ? Errno.EINVAL : 0L;
    }
}
