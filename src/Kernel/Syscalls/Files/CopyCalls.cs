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
        Result<OpenFile> input = FileOf(in a, a.Int1);
        Result<OpenFile> output = FileOf(in a, a.Int0);
        if (!input.IsOk || !output.IsOk || !input.Value.CanRead || !output.Value.CanWrite)
        {
            return Errno.EBADF;
        }

        if (input.Value.Inode.Type is not (FileType.Regular or FileType.CharacterDevice or FileType.BlockDevice))
        {
            return Errno.EINVAL;
        }

        if ((output.Value.Flags & OpenFlags.Append) != 0 || !MovesBytes(output.Value))
        {
            return Errno.EINVAL;
        }

        return Copy(in a, input.Value, a.Address2, output.Value, default, a.A3);
    }

    private Result<long> CopyRange(in SyscallArguments a)
    {
        Result<OpenFile> input = FileOf(in a, a.Int0);
        Result<OpenFile> output = FileOf(in a, a.Int2);
        if (!input.IsOk || !output.IsOk)
        {
            return Errno.EBADF;
        }

        if (unchecked((uint)a.A5) != 0)
        {
            return Errno.EINVAL;
        }

        Inode from = input.Value.Inode;
        Inode to = output.Value.Inode;
        if (from.IsDirectory || to.IsDirectory)
        {
            return Errno.EISDIR;
        }

        if (from.Type != FileType.Regular || to.Type != FileType.Regular)
        {
            return Errno.EINVAL;
        }

        if (!input.Value.CanRead || !output.Value.CanWrite || (output.Value.Flags & OpenFlags.Append) != 0)
        {
            return Errno.EBADF;
        }

        Result<long?> source = ReadOffset(in a, a.Address1, input.Value);
        Result<long?> target = ReadOffset(in a, a.Address3, output.Value);
        if (!source.IsOk || !target.IsOk)
        {
            return source.IsOk ? target.Error : source.Error;
        }

        if (from == to)
        {
            ulong read = source.Value is long one ? (ulong)one : input.Value.Position;
            ulong written = target.Value is long other ? (ulong)other : output.Value.Position;
            ulong distance = read > written ? read - written : written - read;
            if (distance < Math.Min(a.A4, MaximumTransfer))
            {
                return Errno.EINVAL; // the ranges overlap
            }
        }

        return Copy(in a, input.Value, a.Address1, output.Value, a.Address3, a.A4, keepsUnused: true);
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
        NoteWritten(in a, output);
        input.Release();
        output.Release();
        if (result.Error == Errno.EPIPE && output.RaisesBrokenPipe)
        {
            a.Thread.RaiseBrokenPipe();
        }

        if (result.IsOk && (result.Value > 0 || !keepsUnused) && ((from.Value != null && !a.Space.TryWrite(inputOffset, from.Value.Value + result.Value)) || (to.Value != null && !a.Space.TryWrite(outputOffset, to.Value.Value + result.Value))))
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
            Result<long> read = from == null ? input.Read(ref sink) : input.ReadAt((ulong)(from.Value + done), ref sink);
            if (!read.IsOk || read.Value == 0)
            {
                return done > 0 || read.IsOk ? done : read.Error;
            }

            DataSource source = new(buffer.AsSpan(0, (int)read.Value));
            Result<long> written = to == null ? output.Write(ref source) : output.WriteAt((ulong)(to.Value + done), ref source);
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

    /// <summary>Whether Linux can splice to or from such a file: those of timers, events and the like have bytes of a kind of their own.</summary>
    private static bool MovesBytes(OpenFile file) =>
        file.Inode.Type is FileType.Regular or FileType.Fifo or FileType.Socket or FileType.CharacterDevice or FileType.BlockDevice;

    private static Result<long?> ReadOffset(in SyscallArguments a, VirtAddr address, OpenFile file)
    {
        if (address.Value == 0)
        {
            return (long?)null;
        }

        if (!a.Space.TryRead(address, out long offset))
        {
            return Errno.EFAULT;
        }

        if (offset < 0)
        {
            return Errno.EINVAL;
        }

        return !file.IsSeekable ? Errno.ESPIPE : offset > long.MaxValue - (long)MaximumTransfer ? Errno.EOVERFLOW : (long?)offset;
    }
}
