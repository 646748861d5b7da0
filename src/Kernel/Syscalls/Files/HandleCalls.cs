using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>name_to_handle_at(2) and open_by_handle_at(2), which no file system here supports, and cachestat(2).</summary>
public sealed class HandleCalls(FileServices services) : FileFamily(services)
{
    private const string NoHandles = "no file system has handles: EOPNOTSUPP";
    private const uint AtHandleFileId = 0x200;
    private const uint MaximumHandle = 128;

    public void AddTo(SyscallTable table)
    {
        table.Refuse(SyscallNumber.NameToHandleAt, NameToHandle, NoHandles);
        table.Refuse(SyscallNumber.OpenByHandleAt, OpenByHandle, NoHandles);
        table.Add(SyscallNumber.Cachestat, CacheStatus, "nothing is ever written back or evicted: those figures are zero");
    }

    private Result<long> NameToHandle(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.A4);
        if ((flags & ~(AtFollow | AtEmptyPath | AtHandleFileId)) != 0)
        {
            return Errno.EINVAL;
        }

        Result<PathNode> node = NodeOf(in a, a.Int0, a.Address1, flags, (flags & AtFollow) != 0 ? WalkFlags.Follow : WalkFlags.None);
        return node.IsOk ? Errno.EOPNOTSUPP : node.Error;
    }

    private Result<long> OpenByHandle(in SyscallArguments a)
    {
        if (!a.Thread.Fs.Has(Capability.DacReadSearch))
        {
            return Errno.EPERM;
        }

        if (a.Int0 != WorkingDirectory && !AnyFileOf(in a, a.Int0).IsOk)
        {
            return Errno.EBADF;
        }

        return !a.Space.TryRead(a.Address1, out uint bytes) ? Errno.EFAULT : bytes is 0 or > MaximumHandle ? Errno.EINVAL : Errno.EOPNOTSUPP;
    }

    private Result<long> CacheStatus(in SyscallArguments a)
    {
        const int RangeBytes = 16;
        const int StatusBytes = 40;
        Result<OpenFile> found = FileOf(in a, a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        Span<byte> range = stackalloc byte[RangeBytes];
        if (a.Space.Read(a.Address1, range) != RangeBytes)
        {
            return Errno.EFAULT;
        }

        if (unchecked((uint)a.A3) != 0)
        {
            return Errno.EINVAL;
        }

        PageSource? pages = found.Value.Inode.Pages;
        if (pages == null)
        {
            return found.Value.Inode.Type == FileType.Regular || found.Value.Inode.IsDirectory ? WriteStatus(in a, 0) : Errno.EOPNOTSUPP;
        }

        // A length of zero is to the end.
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(range);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(range[8..]);
        ulong end = length == 0 || length > ulong.MaxValue - offset ? pages.Length : Math.Min(offset + length, pages.Length);
        ulong first = offset >> PageSize.Shift;
        ulong last = (end >> PageSize.Shift) + ((end & PageSize.Mask) != 0 ? 1ul : 0);
        return WriteStatus(in a, first < last ? pages.CountPresent(first, last) : 0);

        static Result<long> WriteStatus(in SyscallArguments a, ulong cached)
        {
            Span<byte> status = stackalloc byte[StatusBytes];
            status.Clear();
            BinaryPrimitives.WriteUInt64LittleEndian(status, cached);
            return a.Space.Write(a.Address2, status) == StatusBytes ? 0 : Errno.EFAULT;
        }
    }
}
