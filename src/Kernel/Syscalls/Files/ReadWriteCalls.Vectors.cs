using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

// readv(2) and its kin.
public sealed partial class ReadWriteCalls
{
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
        if (offset < 0)
        {
            return Errno.EINVAL;
        }

        Result<OpenFile> found = ReadableFile(in a);
        if (!found.IsOk)
        {
            return found.Error;
        }

        OpenFile file = found.Value;
        Errno error = CheckFlags(file, offset, flags, PollEvents.In);
        if (error != Errno.None)
        {
            return error;
        }

        Span<IoVector> room = stackalloc IoVector[VectorPool.OnStack];
        IoVector[]? array = _vectors.Rent(a.Int2);
        Result<int> count = VectorPool.Read(a.Space, a.Address1, a.A2, array ?? room);
        Result<long> result = count.Error;
        if (count.IsOk)
        {
            DataSink sink = new(a.Space, (array ?? room)[..count.Value]);
            sink.Limit(MaximumTransfer);
            result = offset == null ? Transfer(file, ref sink) : file.ReadAt((ulong)offset.Value, ref sink);
        }

        _vectors.Return(array);
        return result;
    }

    [AllocationFree]
    private Result<long> WriteVector(in SyscallArguments a, long? offset, uint flags)
    {
        if (offset < 0)
        {
            return Errno.EINVAL;
        }

        Result<OpenFile> found = WritableFile(in a);
        if (!found.IsOk)
        {
            return found.Error;
        }

        OpenFile file = found.Value;
        Errno error = CheckFlags(file, offset, flags, PollEvents.Out);
        if (error != Errno.None)
        {
            return error;
        }

        if ((flags & FlagAppend) != 0 && file.IsSeekable)
        {
            offset = (long)file.Inode.Size;
        }

        Span<IoVector> room = stackalloc IoVector[VectorPool.OnStack];
        IoVector[]? array = _vectors.Rent(a.Int2);
        Result<int> count = VectorPool.Read(a.Space, a.Address1, a.A2, array ?? room);
        Result<long> result = count.Error;
        if (count.IsOk)
        {
            DataSource source = new(a.Space, (array ?? room)[..count.Value]);
            source.Limit(MaximumTransfer);
            result = offset == null ? Transfer(in a, file, ref source) : file.WriteAt((ulong)offset.Value, ref source);
        }

        _vectors.Return(array);
        return result;
    }

    private static Errno CheckFlags(OpenFile file, long? offset, uint flags, PollEvents needed)
    {
        if ((flags & ~KnownFlags) != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        if (offset != null && !file.IsSeekable)
        {
            return Errno.ESPIPE;
        }

        return (flags & FlagNoWait) != 0 && (file.Poll() & needed) == 0 ? Errno.EAGAIN : Errno.None;
    }
}
