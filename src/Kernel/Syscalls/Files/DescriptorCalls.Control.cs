using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

// fcntl(2).
public sealed partial class DescriptorCalls
{
    private const int FlockBytes = 32;
    private const long NoLease = 2; // F_UNLCK
    private const long LongestLifetime = 5; // RWH_WRITE_LIFE_EXTREME

    private Result<long> Control(in SyscallArguments a)
    {
        Result<OpenFile> found = AnyFileOf(in a, a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        OpenFile file = found.Value;
        FcntlCommand command = (FcntlCommand)a.Int1;
        if (file.IsPathOnly && command is not (FcntlCommand.Duplicate or FcntlCommand.DuplicateCloseOnExec or FcntlCommand.GetDescriptorFlags or FcntlCommand.SetDescriptorFlags or FcntlCommand.GetStatusFlags))
        {
            return Errno.EBADF;
        }

        switch (command)
        {
            case FcntlCommand.Duplicate:
            case FcntlCommand.DuplicateCloseOnExec:
                return a.Int2 < 0 || a.Int2 >= a.Process.Files.Limit
                    ? Errno.EINVAL
                    : Duplicate(in a, a.Int0, a.Int2, command == FcntlCommand.DuplicateCloseOnExec);
            case FcntlCommand.GetDescriptorFlags:
                return a.Process.Files.IsCloseOnExec(a.Int0) ? 1 : 0;
            case FcntlCommand.SetDescriptorFlags:
                a.Process.Files.SetCloseOnExec(a.Int0, (a.A2 & 1) != 0);
                return 0;
            case FcntlCommand.GetStatusFlags:
                return (long)file.Flags;
            case FcntlCommand.SetStatusFlags:
                OpenFlags wanted = (OpenFlags)unchecked((uint)a.A2);
                if ((wanted & OpenFlags.Direct) != 0 && !file.TakesDirect && file.Inode.Type != FileType.Fifo)
                {
                    return Errno.EINVAL;
                }

                bool needsOwner = (wanted & ~file.Flags & OpenFlags.NoAccessTime) != 0;
                return needsOwner && !FileTree.IsOwner(a.Thread.Fs, file.Inode) ? Errno.EPERM : SetStatusFlags(in a, file, wanted);
            case FcntlCommand.GetLock:
            case FcntlCommand.SetLock:
            case FcntlCommand.SetLockWait:
            case FcntlCommand.GetDescriptionLock:
            case FcntlCommand.SetDescriptionLock:
            case FcntlCommand.SetDescriptionLockWait:
                return Lock(in a, file, command);
            case FcntlCommand.GetOwner:
            case FcntlCommand.SetOwner:
            case FcntlCommand.GetSignal:
            case FcntlCommand.SetSignal:
            case FcntlCommand.GetOwnerExtended:
            case FcntlCommand.SetOwnerExtended:
                return ControlOwner(in a, file, command);
            case FcntlCommand.GetOwnerUsers:
                return TryWriteUsers(in a, OwnerOf(in a, file)) ? 0 : Errno.EFAULT;
            case FcntlCommand.GetLease:
                return NoLease;
            case FcntlCommand.GetLifetime:
                return a.Space.TryWrite(a.Address2, (long)file.Inode.Lifetime) ? 0 : Errno.EFAULT;
            case FcntlCommand.SetLifetime:
                return SetLifetime(in a, file);
            case FcntlCommand.SetPipeSize:
                return file is PipeFile resized ? resized.Pipe.Resize(unchecked((uint)a.A2)) : Errno.EBADF;
            case FcntlCommand.GetPipeSize:
                return file is PipeFile pipe ? pipe.Pipe.Capacity : Errno.EBADF;
            case FcntlCommand.AddSeals:
                return !file.CanWrite ? Errno.EPERM : a.A2 > 0x3f ? Errno.EINVAL : Done(file.Inode.AddSeals((uint)a.A2));
            case FcntlCommand.GetSeals:
                Result<uint> seals = file.Inode.GetSeals();
                return seals.IsOk ? (long)seals.Value : seals.Error;
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>F_SET_RW_HINT: how long what is written is expected to live. It is kept with the inode and told back.</summary>
    private static Result<long> SetLifetime(in SyscallArguments a, OpenFile file)
    {
        if (!FileTree.IsOwner(a.Thread.Fs, file.Inode))
        {
            return Errno.EPERM;
        }

        if (!a.Space.TryRead(a.Address2, out long lifetime))
        {
            return Errno.EFAULT;
        }

        if (lifetime is < 0 or > LongestLifetime)
        {
            return Errno.EINVAL;
        }

        file.Inode.Lifetime = (byte)lifetime;
        return 0;
    }

    /// <summary>F_GETOWNER_UIDS: the users of who set an owner; zero without one. There is no process but the caller.</summary>
    private static bool TryWriteUsers(in SyscallArguments a, SignalOwner owner)
    {
        IdTriple user = a.Process.Credentials.User;
        int real = owner.Id != 0 ? (int)user.Real : 0;
        int effective = owner.Id != 0 ? (int)user.Effective : 0;
        return a.Space.TryWrite(a.Address2, real) && a.Space.TryWrite(a.Address2 + sizeof(int), effective);
    }

    private static Result<long> Lock(in SyscallArguments a, OpenFile file, FcntlCommand command)
    {
        const int Read = 0;
        const int Write = 1;
        const int None = 2;
        Span<byte> bytes = stackalloc byte[FlockBytes];
        if (a.Space.Read(a.Address2, bytes) != FlockBytes)
        {
            return Errno.EFAULT;
        }

        int type = BinaryPrimitives.ReadInt16LittleEndian(bytes);
        int process = BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]);
        Errno error = ReadRange(file, bytes, out ulong start, out ulong end);
        if (error != Errno.None)
        {
            return error;
        }

        bool isDescription = command is FcntlCommand.GetDescriptionLock or FcntlCommand.SetDescriptionLock or FcntlCommand.SetDescriptionLockWait;
        bool isQuestion = command is FcntlCommand.GetLock or FcntlCommand.GetDescriptionLock;
        bool isUnasked = command == FcntlCommand.GetLock && type == None;
        if (type is not (Read or Write or None) || isUnasked || (isDescription && isQuestion && process != 0))
        {
            return Errno.EINVAL;
        }

        if (!isQuestion && ((type == Read && !file.CanRead) || (type == Write && !file.CanWrite)))
        {
            return Errno.EBADF;
        }

        if (isDescription && process != 0)
        {
            return Errno.EINVAL;
        }

        object owner = isDescription ? file : a.Process.Files;
        FileLocks locks = file.Inode.Locks ??= new FileLocks();
        if (isQuestion)
        {
            return Report(in a, bytes, type == None ? null : locks.FindConflict(owner, type == Write, start, end));
        }

        switch (type)
        {
            case None:
                locks.Unlock(owner, start, end);
                return 0;
            default:
                a.Process.Files.LockOwner = a.Process.Files;
                bool wait = command is FcntlCommand.SetLockWait or FcntlCommand.SetDescriptionLockWait;
                file.AddReference();
                error = locks.Lock(owner, isDescription ? -1 : a.Process.Id, type == Write, start, end, wait, file);
                file.Release();
                return Done(error);
        }
    }

    private static Errno ReadRange(OpenFile file, ReadOnlySpan<byte> bytes, out ulong start, out ulong end)
    {
        int whence = BinaryPrimitives.ReadInt16LittleEndian(bytes[2..]);
        long offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        long length = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        start = 0;
        end = 0;
        if (whence is < 0 or > 2)
        {
            return Errno.EINVAL;
        }

        long from = whence == 0 ? 0 : whence == 1 ? unchecked((long)file.Position) : (long)file.Inode.Size;
        // In memory of a program an offset may be negative, and such sums wrap (flock64_to_posix_lock).
        if (offset > unchecked(long.MaxValue - from))
        {
            return Errno.EOVERFLOW;
        }

        from = unchecked(from + offset);
        if (length < 0)
        {
            // A negative length locks what lies before the start (fcntl(2)).
            if (from < 0 || length == long.MinValue || from + length < 0)
            {
                return Errno.EINVAL;
            }

            end = (ulong)from;
            start = (ulong)(from + length);
            return Errno.None;
        }

        if (from < 0)
        {
            return Errno.EINVAL;
        }

        if (length > 0 && length - 1 > long.MaxValue - from)
        {
            return Errno.EOVERFLOW;
        }

        start = (ulong)from;
        end = length == 0 ? ulong.MaxValue : start + (ulong)length;
        return Errno.None;
    }

    private static Result<long> Report(in SyscallArguments a, Span<byte> bytes, FileLock? conflict)
    {
        const short None = 2;
        if (conflict == null)
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes, None);
        }
        else
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes, (short)(conflict.IsExclusive ? 1 : 0));
            BinaryPrimitives.WriteInt16LittleEndian(bytes[2..], 0);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], (long)conflict.Start);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], conflict.End == ulong.MaxValue ? 0 : (long)(conflict.End - conflict.Start));
            BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], conflict.ProcessId);
        }

        return a.Space.Write(a.Address2, bytes) == bytes.Length ? 0 : Errno.EFAULT;
    }
}
