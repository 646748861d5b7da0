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
        Processes.Process process = a.Process;
        OpenFile? file = process.Files.Get(a.Int0);
        if (file == null || !file.CanRead)
        {
            return Errno.EBADF;
        }

        VirtAddr address = a.Address1;
        ulong count = a.A2;
        if (!VirtAddr.IsUserRange(address, count))
        {
            return Unreachable(file, FileGaps.Read);
        }

        if (IsRarePlace(file.Position, count))
        {
            return ReadAtRarePlace(in a, file);
        }

        DataSink sink = new(process.Space, address, System.Math.Min(count, MaximumTransfer));
        return Transfer(in a, file, ref sink);
    }

    [AllocationFree]
    private static Result<long> ReadAtRarePlace(in SyscallArguments a, OpenFile file)
    {
        Errno error = CheckPlace(file, file.Position, a.A2);
        if (error != Errno.None)
        {
            return error;
        }

        DataSink sink = new(a.Space, a.Address1, System.Math.Min(a.A2, MaximumTransfer));
        return Transfer(in a, file, ref sink);
    }

    [AllocationFree]
    private Result<long> Write(in SyscallArguments a)
    {
        Processes.Process process = a.Process;
        OpenFile? file = process.Files.Get(a.Int0);
        if (file == null || !file.CanWrite)
        {
            return Errno.EBADF;
        }

        VirtAddr address = a.Address1;
        ulong count = a.A2;
        if (!VirtAddr.IsUserRange(address, count))
        {
            return Unreachable(file, FileGaps.Write);
        }

        if (IsRarePlace(file.Position, count))
        {
            return WriteAtRarePlace(in a, file);
        }

        DataSource source = new(process.Space, address, System.Math.Min(count, MaximumTransfer));
        return Transfer(in a, file, ref source);
    }

    [AllocationFree]
    private Result<long> WriteAtRarePlace(in SyscallArguments a, OpenFile file)
    {
        Errno error = CheckPlace(file, file.Position, a.A2);
        if (error != Errno.None)
        {
            return error;
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

        Result<OpenFile> file = FileOf(in a, a.Int0);
        Errno error = CheckOffset(in file, isWrite: false);
        if (error != Errno.None)
        {
            return error;
        }

        if (!VirtAddr.IsUserRange(a.Address1, a.A2))
        {
            return Unreachable(file.Value, FileGaps.Read);
        }

        error = CheckPlace(file.Value, (ulong)offset, a.A2);
        if (error != Errno.None || (file.Value.Gaps & FileGaps.Read) != 0)
        {
            return error != Errno.None ? error : Errno.EINVAL;
        }

        DataSink sink = new(a.Space, a.Address1, System.Math.Min(a.A2, MaximumTransfer));
        return TransferAt(in a, file.Value, (ulong)offset, ref sink);
    }

    [AllocationFree]
    private Result<long> WriteAt(in SyscallArguments a)
    {
        long offset = unchecked((long)a.A3);
        if (offset < 0)
        {
            return Errno.EINVAL;
        }

        Result<OpenFile> file = FileOf(in a, a.Int0);
        Errno error = CheckOffset(in file, isWrite: true);
        if (error != Errno.None)
        {
            return error;
        }

        if (!VirtAddr.IsUserRange(a.Address1, a.A2))
        {
            return Errno.EFAULT;
        }

        error = CheckPlace(file.Value, (ulong)offset, a.A2);
        if (error != Errno.None)
        {
            return error;
        }

        DataSource source = new(a.Space, a.Address1, System.Math.Min(a.A2, MaximumTransfer));
        Result<long> written = TransferAt(in a, file.Value, (ulong)offset, ref source);
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

    /// <summary>Whether a file takes an offset, and then what is to be done there: EBADF, ESPIPE, EBADF (ksys_pread64).</summary>
    private static Errno CheckOffset(in Result<OpenFile> file, bool isWrite)
    {
        if (!file.IsOk)
        {
            return file.Error;
        }

        if (!file.Value.IsSeekable || (isWrite && (file.Value.Gaps & FileGaps.PositionedWrite) != 0))
        {
            return Errno.ESPIPE;
        }

        return (isWrite ? file.Value.CanWrite : file.Value.CanRead) ? Errno.None : Errno.EBADF;
    }

    /// <summary>The buffer is no memory of the program; that there is nothing to call was looked at before it.</summary>
    private static Errno Unreachable(OpenFile file, FileGaps needed) => (file.Gaps & needed) != 0 ? Errno.EINVAL : Errno.EFAULT;

    /// <summary>Reads, holding the file: another thread may close the descriptor meanwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Result<long> Transfer(in SyscallArguments a, OpenFile file, ref DataSink sink)
    {
        file.AddReference();
        Result<long> result = file.Read(ref sink);
        file.Release();
        a.Process.Transfers.CountRead(result.IsOk ? result.Value : 0);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Result<long> Transfer(in SyscallArguments a, OpenFile file, ref DataSource source)
    {
        file.AddReference();
        Result<long> result = file.Write(ref source);
        NoteWritten(in a, file, in result);
        file.Release();
        a.Process.Transfers.CountWrite(result.IsOk ? result.Value : 0);
        if (result.Error == Errno.EPIPE && file.RaisesBrokenPipe)
        {
            a.Thread.RaiseBrokenPipe();
        }

        return result;
    }
}
