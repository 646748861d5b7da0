using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

// splice(2), tee(2), vmsplice(2). Each waits until it can move something and then moves what it can without waiting.
public sealed partial class CopyCalls
{
    private const uint SpliceNonBlock = 2;
    private const uint SpliceKnown = 0xf;

    private Result<long> Splice(in SyscallArguments a)
    {
        if (a.A4 == 0)
        {
            return 0;
        }

        uint flags = unchecked((uint)a.A5);
        if ((flags & ~SpliceKnown) != 0)
        {
            return Errno.EINVAL;
        }

        Result<OpenFile> input = FileOf(in a, a.Int0);
        Result<OpenFile> output = FileOf(in a, a.Int2);
        if (!input.IsOk || !output.IsOk)
        {
            return Errno.EBADF;
        }

        PipeFile? pipeIn = input.Value as PipeFile;
        PipeFile? pipeOut = output.Value as PipeFile;
        if ((pipeIn != null && a.A1 != 0) || (pipeOut != null && a.A3 != 0))
        {
            return Errno.ESPIPE;
        }

        if ((a.A3 != 0 && !a.Space.TryRead(a.Address3, out long _)) || (a.A1 != 0 && !a.Space.TryRead(a.Address1, out long _)))
        {
            return Errno.EFAULT;
        }

        if (!input.Value.CanRead || !output.Value.CanWrite)
        {
            return Errno.EBADF;
        }

        if ((pipeIn == null && pipeOut == null) || (pipeIn != null && pipeIn.Pipe == pipeOut?.Pipe))
        {
            return Errno.EINVAL;
        }

        if (pipeOut == null)
        {
            Result<long?> target = ReadOffset(in a, a.Address3, output.Value);
            if (!target.IsOk)
            {
                return target.Error;
            }

            bool isAppending = (output.Value.Flags & OpenFlags.Append) != 0;
            Errno misplaced = isAppending ? Errno.EINVAL : CheckPlace(output.Value, PlaceOf(output.Value, target.Value), a.A4);
            if (misplaced != Errno.None || !CanGive(output.Value))
            {
                return misplaced != Errno.None ? misplaced : Errno.EINVAL;
            }
        }

        ulong readAt = 0;
        if (pipeIn == null)
        {
            Result<long?> source = ReadOffset(in a, a.Address1, input.Value);
            if (!source.IsOk)
            {
                return source.Error;
            }

            readAt = PlaceOf(input.Value, source.Value);
        }

        bool isNonBlocking = (flags & SpliceNonBlock) != 0;
        ulong count = Math.Min(a.A4, PageSize.Bytes * 16);
        if (pipeOut != null && pipeIn != null)
        {
            isNonBlocking |= pipeIn.IsNonBlocking || pipeOut.IsNonBlocking;
            Result<bool> hasData = pipeIn.Pipe.WaitForData(isNonBlocking);
            if (!hasData.IsOk)
            {
                return hasData.Error;
            }
        }

        if (pipeOut != null)
        {
            Errno error = pipeOut.Pipe.WaitForRoom(isNonBlocking || pipeOut.IsNonBlocking);
            if (error != Errno.None)
            {
                return Broken(in a, error);
            }

            count = Math.Min(count, (ulong)(pipeOut.Pipe.Capacity - pipeOut.Pipe.Used));
        }

        Errno unreadable = pipeIn != null ? Errno.None : CheckPlace(input.Value, readAt, count);
        if (unreadable != Errno.None || !CanTake(input.Value))
        {
            return unreadable != Errno.None ? unreadable : Errno.EINVAL;
        }

        return pipeIn == null
            ? Copy(in a, input.Value, a.Address1, output.Value, default, Math.Min(count, PageSize.Bytes))
            : FromPipe(in a, pipeIn, isNonBlocking, output.Value, a.Address3, count, keeps: false);
    }

    private Result<long> Tee(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.A3);
        if ((flags & ~SpliceKnown) != 0)
        {
            return Errno.EINVAL;
        }

        if (a.A2 == 0)
        {
            return 0;
        }

        Result<OpenFile> input = FileOf(in a, a.Int0);
        Result<OpenFile> output = FileOf(in a, a.Int1);
        if (!input.IsOk || !output.IsOk || !input.Value.CanRead || !output.Value.CanWrite)
        {
            return Errno.EBADF;
        }

        if (input.Value is not PipeFile from || output.Value is not PipeFile to || from.Pipe == to.Pipe)
        {
            return Errno.EINVAL;
        }

        bool isNonBlocking = (flags & SpliceNonBlock) != 0 || from.IsNonBlocking || to.IsNonBlocking;
        Result<bool> hasData = from.Pipe.WaitForData(isNonBlocking);
        if (!hasData.IsOk)
        {
            return hasData.Error;
        }

        Errno error = to.Pipe.WaitForRoom(isNonBlocking);
        ulong room = (ulong)(to.Pipe.Capacity - to.Pipe.Used);
        return error != Errno.None ? Broken(in a, error)
            : !hasData.Value ? 0L
            : FromPipe(in a, from, isNonBlocking: true, to, default, Math.Min(a.A2, room), keeps: true);
    }

    /// <summary>Moves, or with <paramref name="keeps"/> copies, what is in a pipe. Bytes leave it once they are written, so an error loses none.</summary>
    private Result<long> FromPipe(in SyscallArguments a, PipeFile from, bool isNonBlocking, OpenFile output, VirtAddr outputOffset, ulong count, bool keeps)
    {
        Result<long?> offset = ReadOffset(in a, outputOffset, output);
        Result<bool> hasData = offset.IsOk ? from.Pipe.WaitForData(isNonBlocking || from.IsNonBlocking) : offset.Error;
        if (!hasData.IsOk || !hasData.Value)
        {
            return hasData.IsOk ? 0 : hasData.Error;
        }

        from.AddReference();
        output.AddReference();
        byte[] buffer = Tree.Buffers.Rent();
        long done = 0;
        Errno error = Errno.None;
        while ((ulong)done < count && error == Errno.None)
        {
            int peeked = from.Pipe.Peek(keeps ? (int)done : 0, buffer.AsSpan(0, (int)Math.Min((ulong)buffer.Length, count - (ulong)done)));
            if (peeked == 0)
            {
                break;
            }

            DataSource source = new(buffer.AsSpan(0, peeked));
            Result<long> written = offset.Value == null ? output.Write(ref source) : output.WriteAt((ulong)(offset.Value.Value + done), ref source);
            error = written.Error;
            if (!written.IsOk || written.Value == 0)
            {
                break;
            }

            done += written.Value;
            if (!keeps)
            {
                from.Pipe.Drop((int)written.Value);
            }
        }

        Tree.Buffers.Return(buffer);
        from.Release();
        output.Release();
        if (done == 0)
        {
            return error == Errno.None ? 0 : Broken(in a, error);
        }

        return offset.Value != null && !a.Space.TryWrite(outputOffset, offset.Value.Value + done) ? Errno.EFAULT : done;
    }

    private Result<long> SpliceMemory(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.A3);
        if ((flags & ~SpliceKnown) != 0)
        {
            return Errno.EINVAL;
        }

        Result<OpenFile> found = FileOf(in a, a.Int0);
        if (!found.IsOk || !(found.Value.CanRead || found.Value.CanWrite))
        {
            return Errno.EBADF;
        }

        IoVector[] vectors = new IoVector[(int)Math.Min(a.A2, VectorPool.Maximum)];
        Result<int> count = VectorPool.Read(a.Space, a.Address1, a.A2, vectors);
        if (!count.IsOk)
        {
            return count.Error;
        }

        if (new DataSink(a.Space, vectors.AsSpan(0, count.Value)).Remaining == 0)
        {
            return 0;
        }

        if (found.Value is not PipeFile file)
        {
            return Errno.EBADF;
        }

        bool isNonBlocking = (flags & SpliceNonBlock) != 0 || file.IsNonBlocking;
        if (!file.CanWrite)
        {
            DataSink sink = new(a.Space, vectors.AsSpan(0, count.Value));
            return file.Pipe.Read(ref sink, isNonBlocking);
        }

        DataSource source = new(a.Space, vectors.AsSpan(0, count.Value));
        Errno error = file.Pipe.WaitForRoom(isNonBlocking);
        source.Limit((ulong)(file.Pipe.Capacity - file.Pipe.Used));
        return error != Errno.None ? Broken(in a, error) : file.Pipe.Write(ref source, isNonBlocking: true);
    }

    private static Errno Broken(in SyscallArguments a, Errno error)
    {
        if (error == Errno.EPIPE)
        {
            a.Thread.RaiseBrokenPipe();
        }

        return error;
    }
}
