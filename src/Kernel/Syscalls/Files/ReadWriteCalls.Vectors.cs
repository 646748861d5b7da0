using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

// readv(2) and its kin.
public sealed partial class ReadWriteCalls
{
    private const uint FlagHighPriority = 1;
    private const uint FlagDataSync = 2;
    private const uint FlagSync = 4;
    private const uint FlagNoWait = 8;
    private const uint FlagAppend = 16;
    private const uint KnownFlags = 0x1f;

    private readonly VectorPool _vectors = new();

    private Result<long> ReadVector(in SyscallArguments a) => ReadVector(in a, null, 0);

    private Result<long> WriteVector(in SyscallArguments a) => WriteVector(in a, null, 0);

    // The offset comes in two words for the sake of 32-bit kernels; on x86-64 the first has it all.
    private Result<long> ReadVectorAt(in SyscallArguments a) => ReadVector(in a, unchecked((long)a.A3), 0);

    private Result<long> WriteVectorAt(in SyscallArguments a) => WriteVector(in a, unchecked((long)a.A3), 0);

    private Result<long> ReadVectorWith(in SyscallArguments a) =>
        ReadVector(in a, a.A3 == ulong.MaxValue ? null : unchecked((long)a.A3), unchecked((uint)a.A5));

    private Result<long> WriteVectorWith(in SyscallArguments a) =>
        WriteVector(in a, a.A3 == ulong.MaxValue ? null : unchecked((long)a.A3), unchecked((uint)a.A5));

    [AllocationFree]
    private Result<long> ReadVector(in SyscallArguments a, long? offset, uint flags)
    {
        Result<OpenFile> found = FileOf(in a, a.Int0);
        Errno error = Check(in found, offset, isWrite: false);
        if (error != Errno.None)
        {
            return error;
        }

        OpenFile file = found.Value;
        Span<IoVector> room = stackalloc IoVector[VectorPool.OnStack];
        IoVector[]? array = _vectors.Rent(a.Int2);
        Result<int> count = VectorPool.Read(a.Space, a.Address1, a.A2, array ?? room);
        Result<long> result = count.Error;
        if (count.IsOk)
        {
            DataSink sink = new(a.Space, (array ?? room)[..count.Value]);
            sink.Limit(MaximumTransfer);
            error = sink.Remaining == 0
                ? Errno.None
                : CheckFlags(file, PlaceOf(file, offset), sink.Remaining, flags, PollEvents.In);
            result = error != Errno.None ? error
                : sink.Remaining == 0 ? 0L
                : offset == null ? Transfer(in a, file, ref sink)
                : TransferAt(in a, file, (ulong)offset.Value, ref sink);
        }

        _vectors.Return(array);
        return result;
    }

    [AllocationFree]
    private Result<long> WriteVector(in SyscallArguments a, long? offset, uint flags)
    {
        Result<OpenFile> found = FileOf(in a, a.Int0);
        Errno error = Check(in found, offset, isWrite: true);
        if (error != Errno.None)
        {
            return error;
        }

        OpenFile file = found.Value;
        Span<IoVector> room = stackalloc IoVector[VectorPool.OnStack];
        IoVector[]? array = _vectors.Rent(a.Int2);
        Result<int> count = VectorPool.Read(a.Space, a.Address1, a.A2, array ?? room);
        Result<long> result = count.Error;
        if (count.IsOk)
        {
            Span<IoVector> pieces = (array ?? room)[..count.Value];
            DataSource source = new(a.Space, pieces);
            source.Limit(MaximumTransfer);
            error = source.Remaining == 0
                ? Errno.None
                : CheckFlags(file, PlaceOf(file, offset), source.Remaining, flags, PollEvents.Out);
            if ((flags & FlagAppend) != 0 && file.IsSeekable)
            {
                offset = (long)file.Inode.Size;
            }

            result = error != Errno.None ? error
                : source.Remaining == 0 ? 0L
                : (file.Gaps & FileGaps.VectorWrite) != 0 ? WritePieces(in a, file, offset, pieces)
                : offset == null ? Transfer(in a, file, ref source)
                : TransferAt(in a, file, (ulong)offset.Value, ref source);
        }

        _vectors.Return(array);
        return result;
    }

    private static Result<long> TransferAt(in SyscallArguments a, OpenFile file, ulong offset, ref DataSink sink)
    {
        Result<long> read = file.ReadAt(offset, ref sink);
        a.Process.Transfers.CountRead(read.IsOk ? read.Value : 0);
        return read;
    }

    private static Result<long> TransferAt(in SyscallArguments a, OpenFile file, ulong offset, ref DataSource source)
    {
        Result<long> written = file.WriteAt(offset, ref source);
        a.Process.Transfers.CountWrite(written.IsOk ? written.Value : 0);
        return written;
    }

    /// <summary>Whether a file can be read or written by pieces, before they are looked at: EINVAL, EBADF, ESPIPE (do_preadv).</summary>
    private static Errno Check(in Result<OpenFile> found, long? offset, bool isWrite)
    {
        if (offset < 0)
        {
            return Errno.EINVAL;
        }

        if (!found.IsOk)
        {
            return found.Error;
        }

        OpenFile file = found.Value;
        Errno error = offset != null ? CheckOffset(in found, isWrite) : (isWrite ? file.CanWrite : file.CanRead) ? Errno.None : Errno.EBADF;
        return error == Errno.None && (file.Gaps & (isWrite ? FileGaps.Write : FileGaps.Read)) != 0 ? Errno.EINVAL : error;
    }

    /// <summary>Whether so many bytes can be moved there with these flags.</summary>
    private static Errno CheckFlags(OpenFile file, ulong place, ulong count, uint flags, PollEvents needed)
    {
        Errno error = CheckPlace(file, place, count);
        if (error != Errno.None || flags == 0)
        {
            return error;
        }

        bool isLoop = (file.Gaps & (needed == PollEvents.In ? FileGaps.VectorRead : FileGaps.VectorWrite)) != 0;
        if ((flags & ~(isLoop ? FlagHighPriority : KnownFlags)) != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        return (flags & FlagNoWait) != 0 && (file.Poll() & needed) == 0 ? Errno.EAGAIN : Errno.None;
    }

    /// <summary>A write for each piece, until one takes less than all of it (do_loop_readv_writev).</summary>
    private Result<long> WritePieces(in SyscallArguments a, OpenFile file, long? offset, ReadOnlySpan<IoVector> pieces)
    {
        long done = 0;
        foreach (IoVector piece in pieces)
        {
            DataSource source = new(a.Space, piece.Address, piece.Length);
            Result<long> written = offset == null
                ? Transfer(in a, file, ref source)
                : TransferAt(in a, file, (ulong)(offset.Value + done), ref source);
            if (!written.IsOk)
            {
                return done > 0 ? done : written.Error;
            }

            done += written.Value;
            if ((ulong)written.Value < piece.Length)
            {
                break;
            }
        }

        return done;
    }
}
