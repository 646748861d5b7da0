using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>sendfile(2), copy_file_range(2), splice(2), tee(2), vmsplice(2): copies between files through a buffer of the kernel: nobody can tell from moved pages.</summary>
public sealed partial class CopyCalls(FileServices services) : FileFamily(services)
{
    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Sendfile, SendFile);
        table.Add(SyscallNumber.CopyFileRange, CopyRange);
        table.Add(SyscallNumber.Splice, Splice);
        table.Add(SyscallNumber.Tee, Tee);
        table.Add(SyscallNumber.Vmsplice, SpliceMemory);
    }

    private Result<long> SendFile(in SyscallArguments a)
    {
        if (a.A2 != 0 && !a.Space.TryRead(a.Address2, out long _))
        {
            return Errno.EFAULT;
        }

        Result<OpenFile> input = FileOf(in a, a.Int1);
        if (!input.IsOk || !input.Value.CanRead)
        {
            return Errno.EBADF;
        }

        Result<long?> offset = ReadOffset(in a, a.Address2, input.Value, Errno.ESPIPE);
        if (!offset.IsOk)
        {
            return offset.Error;
        }

        ulong position = PlaceOf(input.Value, offset.Value);
        Errno error = CheckPlace(input.Value, position, a.A3);
        if (error != Errno.None)
        {
            return error;
        }

        Result<OpenFile> found = FileOf(in a, a.Int0);
        if (!found.IsOk || !found.Value.CanWrite)
        {
            return Errno.EBADF;
        }

        // procfs has the limit of file systems without large files, others the largest there is (do_sendfile, s_maxbytes).
        long last = input.Value.HasWideOffsets ? int.MaxValue : long.MaxValue;
        if (unchecked((long)position) >= last && a.A3 > 0)
        {
            return Errno.EOVERFLOW;
        }

        OpenFile output = found.Value;
        if (output is PipeFile pipe)
        {
            error = pipe.Pipe.WaitForRoom(pipe.IsNonBlocking);
            if (error != Errno.None)
            {
                return Broken(in a, error);
            }
        }
        else if (CheckPlace(output, output.Position, a.A3) is not Errno.None and Errno misplaced)
        {
            return misplaced;
        }
        else if ((output.Flags & OpenFlags.Append) != 0 || !input.Value.Seek(0, SeekOrigin.Current).IsOk)
        {
            return Errno.EINVAL; // what cannot be sought could lose bytes on the way (splice_direct_to_actor)
        }

        if (a.A3 == 0 && output is not PipeFile)
        {
            return 0;
        }

        if (input.Value is PipeFile || !CanTake(input.Value))
        {
            return Errno.EINVAL;
        }

        // That nothing can be given there counts only when there is something to give.
        bool hasNothing = input.Value is RegularFile && position >= input.Value.Inode.Size;
        return !CanGive(output) && !hasNothing ? Errno.EINVAL : Counted(in a, Copy(in a, input.Value, a.Address2, output, default, a.A3));
    }

    private Result<long> CopyRange(in SyscallArguments a)
    {
        Result<OpenFile> input = FileOf(in a, a.Int0);
        Result<OpenFile> output = FileOf(in a, a.Int2);
        if (!input.IsOk || !output.IsOk)
        {
            return Errno.EBADF;
        }

        long readAt = unchecked((long)input.Value.Position);
        long writeAt = unchecked((long)output.Value.Position);
        if ((a.A1 != 0 && !a.Space.TryRead(a.Address1, out readAt)) || (a.A3 != 0 && !a.Space.TryRead(a.Address3, out writeAt)))
        {
            return Errno.EFAULT;
        }

        if (unchecked((uint)a.A5) != 0)
        {
            return Errno.EINVAL;
        }

        ulong count = a.A4;
        Errno error = CheckRange(input.Value, unchecked((ulong)readAt), output.Value, unchecked((ulong)writeAt), ref count);
        if (error != Errno.None)
        {
            return error;
        }

        if (readAt < 0 || writeAt < 0)
        {
            return Errno.EINVAL;
        }

        return count == 0 ? 0 : Counted(in a, Copy(in a, input.Value, a.Address1, output.Value, a.Address3, count, keepsUnused: true));
    }

    /// <summary>
    /// The checks of copy_file_range(2) in their order (generic_copy_file_checks); <paramref name="count"/> becomes what can be copied.
    /// </summary>
    private static Errno CheckRange(OpenFile input, ulong readAt, OpenFile output, ulong writeAt, ref ulong count)
    {
        Inode from = input.Inode;
        Inode to = output.Inode;
        if (from.IsDirectory || to.IsDirectory)
        {
            return Errno.EISDIR;
        }

        if (from.Type != FileType.Regular || to.Type != FileType.Regular)
        {
            return Errno.EINVAL;
        }

        if (!input.CanRead || !output.CanWrite || (output.Flags & OpenFlags.Append) != 0)
        {
            return Errno.EBADF;
        }

        if (from.FileSystem != to.FileSystem)
        {
            return Errno.EXDEV;
        }

        if (count > ulong.MaxValue - readAt || count > ulong.MaxValue - writeAt)
        {
            return Errno.EOVERFLOW;
        }

        count = readAt >= from.Size ? 0 : Math.Min(count, from.Size - readAt);
        if (writeAt >= long.MaxValue)
        {
            return unchecked((long)writeAt) < 0 ? Errno.EINVAL : Errno.EFBIG;
        }

        count = Math.Min(count, long.MaxValue - writeAt);
        return from == to && writeAt + count > readAt && writeAt < readAt + count ? Errno.EINVAL : Errno.None;
    }

    /// <summary>Such a copy is a read and a write (proc_pid_io(5)).</summary>
    private static Result<long> Counted(in SyscallArguments a, Result<long> copied)
    {
        long bytes = copied.IsOk ? copied.Value : 0;
        a.Process.Transfers.CountRead(bytes);
        a.Process.Transfers.CountWrite(bytes);
        return copied;
    }

    /// <summary>Copies up to <paramref name="count"/> bytes. An offset address that is not zero is used in place of the file's position, and updated;
    /// with <paramref name="keepsUnused"/> only when something was copied.</summary>
    private Result<long> Copy(in SyscallArguments a, OpenFile input, VirtAddr inputOffset, OpenFile output, VirtAddr outputOffset, ulong count, bool keepsUnused = false)
    {
        Result<long?> from = ReadOffset(in a, inputOffset, input);
        Result<long?> to = ReadOffset(in a, outputOffset, output);
        if (!from.IsOk || !to.IsOk)
        {
            return from.IsOk ? to.Error : from.Error;
        }

        input.AddReference();
        output.AddReference();
        byte[] buffer = Tree.Buffers.Rent();
        Result<long> result = Copy(input, from.Value, output, to.Value, Math.Min(count, MaximumTransfer), buffer);
        Tree.Buffers.Return(buffer);
        NoteWritten(in a, output, in result);
        input.Release();
        output.Release();
        if (result.Error == Errno.EPIPE && output.RaisesBrokenPipe)
        {
            a.Thread.RaiseBrokenPipe();
        }

        if (result.IsOk && (result.Value > 0 || !keepsUnused) && ((from.Value != null && !a.Space.TryWrite(inputOffset, unchecked(from.Value.Value + result.Value))) || (to.Value != null && !a.Space.TryWrite(outputOffset, unchecked(to.Value.Value + result.Value)))))
        {
            return Errno.EFAULT;
        }

        return result;
    }

    private static Result<long> Copy(OpenFile input, long? from, OpenFile output, long? to, ulong count, byte[] buffer)
    {
        long done = 0;
        long step = LongWork.StepBytes;
        while ((ulong)done < count)
        {
            if (done >= step)
            {
                step = done + LongWork.StepBytes;
                if (!LongWork.IsWanted())
                {
                    return done;
                }
            }

            DataSink sink = new(buffer.AsSpan(0, (int)Math.Min((ulong)buffer.Length, count - (ulong)done)));
            ulong start = input.Position;
            Result<long> read = from == null ? input.Read(ref sink) : input.ReadAt(unchecked((ulong)(from.Value + done)), ref sink);
            if (!read.IsOk || read.Value == 0)
            {
                return done > 0 || read.IsOk ? done : read.Error;
            }

            DataSource source = new(buffer.AsSpan(0, (int)read.Value));
            Result<long> written = to == null ? output.Write(ref source) : output.WriteAt(unchecked((ulong)(to.Value + done)), ref source);
            long count2 = written.IsOk ? written.Value : 0;
            if (count2 < read.Value && from == null && input.IsSeekable)
            {
                // Not by subtracting: the output may be the same open file, or another thread may have moved it.
                input.Position = start + (ulong)count2;
            }

            done += count2;
            if (count2 < read.Value)
            {
                return done > 0 || written.IsOk ? done : written.Error;
            }

            if (from == null && input.Readiness != null)
            {
                return done; // more might have to be waited for
            }
        }

        return done;
    }

    /// <summary>Whether Linux can splice from such a file: those of timers, events and the like have bytes of their own kind.</summary>
    private static bool CanTake(OpenFile file) => HasBytes(file) && (file.Gaps & FileGaps.SpliceRead) == 0;

    /// <summary>Whether Linux can splice to such a file.</summary>
    private static bool CanGive(OpenFile file) => HasBytes(file) && (file.Gaps & FileGaps.SpliceWrite) == 0;

    private static bool HasBytes(OpenFile file) =>
        file.Inode.Type is FileType.Regular or FileType.Fifo or FileType.Socket or FileType.CharacterDevice or FileType.BlockDevice;

    /// <summary>
    /// An offset behind a pointer, null for none. EFAULT, <paramref name="unseekable"/> for what has no offsets, EINVAL for one below zero where offsets are not addresses.
    /// </summary>
    private static Result<long?> ReadOffset(in SyscallArguments a, VirtAddr address, OpenFile file, Errno unseekable = Errno.EINVAL)
    {
        if (address.Value == 0)
        {
            return (long?)null;
        }

        if (!a.Space.TryRead(address, out long offset))
        {
            return Errno.EFAULT;
        }

        return !file.IsSeekable ? unseekable
            : offset >= 0 || file.HasWideOffsets ? offset
            : Errno.EINVAL;
    }
}
