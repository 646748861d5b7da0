using System.Runtime.CompilerServices;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>read(2), write(2), their vector and positioned forms, and lseek(2).</summary>
public sealed partial class ReadWriteCalls(FileServices services) : FileFamily(services)
{
    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Read, Read);
        table.Add(SyscallNumber.Write, Write);
        table.Add(SyscallNumber.Pread64, ReadAt);
        table.Add(SyscallNumber.Pwrite64, WriteAt);
        table.Add(SyscallNumber.Readv, ReadVector);
        table.Add(SyscallNumber.Writev, WriteVector);
        table.Add(SyscallNumber.Preadv, ReadVectorAt);
        table.Add(SyscallNumber.Pwritev, WriteVectorAt);
        table.Add(SyscallNumber.Preadv2, ReadVectorWith, "RWF_NOWAIT and RWF_HIPRI have no effect on regular files, which are in memory");
        table.Add(SyscallNumber.Pwritev2, WriteVectorWith, "RWF_NOWAIT and RWF_HIPRI have no effect on regular files, which are in memory");
        table.Add(SyscallNumber.Lseek, Seek);
    }

    [AllocationFree]
    private Result<long> Read(in SyscallArguments a)
    {
        OpenFile? file = a.Process.Files.Get(a.Int0);
        if (file == null || !file.CanRead)
        {
            return Errno.EBADF;
        }

        if (!VirtAddr.IsUserRange(a.Address1, a.A2))
        {
            return Errno.EFAULT;
        }

        DataSink sink = new(a.Space, a.Address1, System.Math.Min(a.A2, MaximumTransfer));
        return Transfer(file, ref sink);
    }

    [AllocationFree]
    private Result<long> Write(in SyscallArguments a)
    {
        OpenFile? file = a.Process.Files.Get(a.Int0);
        if (file == null || !file.CanWrite)
        {
            return Errno.EBADF;
        }

        if (!VirtAddr.IsUserRange(a.Address1, a.A2))
        {
            return Errno.EFAULT;
        }

        DataSource source = new(a.Space, a.Address1, System.Math.Min(a.A2, MaximumTransfer));
        return Transfer(in a, file, ref source);
    }

    [AllocationFree]
    private Result<long> ReadAt(in SyscallArguments a)
    {
        long offset = unchecked((long)a.A3);
        if (offset < 0)
        {
            return Errno.EINVAL;
        }

        Result<OpenFile> file = ReadableFile(in a);
        if (!file.IsOk || !file.Value.IsSeekable)
        {
            return file.IsOk ? Errno.ESPIPE : file.Error;
        }

        if (!VirtAddr.IsUserRange(a.Address1, a.A2))
        {
            return Errno.EFAULT;
        }

        DataSink sink = new(a.Space, a.Address1, System.Math.Min(a.A2, MaximumTransfer));
        return file.Value.ReadAt((ulong)offset, ref sink);
    }

    [AllocationFree]
    private Result<long> WriteAt(in SyscallArguments a)
    {
        long offset = unchecked((long)a.A3);
        if (offset < 0)
        {
            return Errno.EINVAL;
        }

        Result<OpenFile> file = WritableFile(in a);
        if (!file.IsOk || !file.Value.IsSeekable)
        {
            return file.IsOk ? Errno.ESPIPE : file.Error;
        }

        if (!VirtAddr.IsUserRange(a.Address1, a.A2))
        {
            return Errno.EFAULT;
        }

        DataSource source = new(a.Space, a.Address1, System.Math.Min(a.A2, MaximumTransfer));
        Result<long> written = file.Value.WriteAt((ulong)offset, ref source);
        NoteWritten(in a, file.Value, in written);
        return written;
    }

    private Result<long> Seek(in SyscallArguments a)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        if (!file.IsOk)
        {
            return file.Error;
        }

        uint whence = unchecked((uint)a.Int2);
        return whence > (uint)SeekOrigin.Hole ? Errno.EINVAL : file.Value.Seek(unchecked((long)a.A1), (SeekOrigin)whence);
    }

    private static Result<OpenFile> ReadableFile(in SyscallArguments a)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        return file.IsOk && !file.Value.CanRead ? Errno.EBADF : file;
    }

    private static Result<OpenFile> WritableFile(in SyscallArguments a)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        return file.IsOk && !file.Value.CanWrite ? Errno.EBADF : file;
    }

    /// <summary>Reads, holding the file: another thread may close the descriptor meanwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Result<long> Transfer(OpenFile file, ref DataSink sink)
    {
        file.AddReference();
        Result<long> result = file.Read(ref sink);
        file.Release();
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Result<long> Transfer(in SyscallArguments a, OpenFile file, ref DataSource source)
    {
        file.AddReference();
        Result<long> result = file.Write(ref source);
        NoteWritten(in a, file, in result);
        file.Release();
        if (result.Error == Errno.EPIPE && file.RaisesBrokenPipe)
        {
            a.Thread.RaiseBrokenPipe();
        }

        return result;
    }
}
