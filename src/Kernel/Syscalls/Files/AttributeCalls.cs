using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>chmod(2), chown(2), utimensat(2), truncate(2), fallocate(2), xattr(7), mount(2).</summary>
public sealed partial class AttributeCalls(FileServices services) : FileFamily(services)
{
    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Chmod, (in SyscallArguments a) => ChangeMode(in a, NodeOf(in a, WorkingDirectory, a.Address0, 0, WalkFlags.Follow), a.A1));
        table.Add(SyscallNumber.Fchmod, (in SyscallArguments a) => ChangeMode(in a, PathOf(in a, a.Int0), a.A1));
        table.Add(SyscallNumber.Fchmodat, (in SyscallArguments a) => ChangeMode(in a, NodeOf(in a, a.Int0, a.Address1, 0, WalkFlags.Follow), a.A2));
        table.Add(SyscallNumber.Fchmodat2, ChangeModeAt);
        table.Add(SyscallNumber.Chown, (in SyscallArguments a) => ChangeOwner(in a, NodeOf(in a, WorkingDirectory, a.Address0, 0, WalkFlags.Follow), a.A1, a.A2));
        table.Add(SyscallNumber.Lchown, (in SyscallArguments a) => ChangeOwner(in a, NodeOf(in a, WorkingDirectory, a.Address0, 0, WalkFlags.None), a.A1, a.A2));
        table.Add(SyscallNumber.Fchown, (in SyscallArguments a) => ChangeOwner(in a, PathOf(in a, a.Int0), a.A1, a.A2));
        table.Add(SyscallNumber.Fchownat, ChangeOwnerAt);
        table.Add(SyscallNumber.Truncate, Truncate);
        table.Add(SyscallNumber.Ftruncate, TruncateFile);
        table.Add(SyscallNumber.Fallocate, Allocate, "FALLOC_FL_COLLAPSE_RANGE, FALLOC_FL_INSERT_RANGE: EOPNOTSUPP, as on tmpfs");
        AddTimes(table);
        AddExtended(table);
        table.Refuse(SyscallNumber.Mount, static (in SyscallArguments a) => Errno.EPERM, "EPERM: what is mounted is fixed");
        table.Refuse(SyscallNumber.Umount2, static (in SyscallArguments a) => Errno.EPERM, "EPERM: what is mounted is fixed");
    }

    private const uint KeepSize = 1; // FALLOC_FL_KEEP_SIZE and so on
    private const uint PunchHole = 2;
    private const uint CollapseRange = 8;
    private const uint ZeroRange = 16;
    private const uint InsertRange = 32;
    private const uint UnshareRange = 64;

    private static Result<PathNode> PathOf(in SyscallArguments a, int descriptor)
    {
        Result<OpenFile> file = FileOf(in a, descriptor);
        return file.IsOk ? file.Value.Path : file.Error;
    }

    private static Result<long> ChangeMode(in SyscallArguments a, Result<PathNode> node, ulong mode) =>
        node.IsOk ? Done(FileTree.ChangeMode(a.Thread.Fs, node.Value, unchecked((uint)mode))) : node.Error;

    private Result<long> ChangeModeAt(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.A3);
        if ((flags & ~(AtNoFollow | AtEmptyPath)) != 0)
        {
            return Errno.EINVAL;
        }

        Result<PathNode> node = NodeOf(in a, a.Int0, a.Address1, flags, (flags & AtNoFollow) != 0 ? WalkFlags.None : WalkFlags.Follow);
        return node.IsOk && node.Value.Inode.IsSymbolicLink ? Errno.EOPNOTSUPP : ChangeMode(in a, node, a.A2);
    }

    private static Result<long> ChangeOwner(in SyscallArguments a, Result<PathNode> node, ulong uid, ulong gid)
    {
        if (!node.IsOk)
        {
            return node.Error;
        }

        uint user = unchecked((uint)uid);
        uint group = unchecked((uint)gid);
        return Done(FileTree.ChangeOwner(a.Thread.Fs, node.Value, user == uint.MaxValue ? null : user, group == uint.MaxValue ? null : group));
    }

    private Result<long> ChangeOwnerAt(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.A4);
        if ((flags & ~(AtNoFollow | AtEmptyPath)) != 0)
        {
            return Errno.EINVAL;
        }

        return ChangeOwner(in a, NodeOf(in a, a.Int0, a.Address1, flags, (flags & AtNoFollow) != 0 ? WalkFlags.None : WalkFlags.Follow), a.A2, a.A3);
    }

    private Result<long> Truncate(in SyscallArguments a)
    {
        long size = unchecked((long)a.A1);
        if (size < 0)
        {
            return Errno.EINVAL;
        }

        Result<PathNode> node = NodeOf(in a, WorkingDirectory, a.Address0, 0, WalkFlags.Follow);
        if (!node.IsOk)
        {
            return node.Error;
        }

        Errno error = FileTree.Truncate(a.Thread.Fs, node.Value, (ulong)size);
        if (error == Errno.None)
        {
            DropMappedTail(in a, node.Value.Inode);
        }

        return Done(error);
    }

    private Result<long> TruncateFile(in SyscallArguments a)
    {
        long size = unchecked((long)a.A1);
        if (size < 0)
        {
            return Errno.EINVAL;
        }

        Result<OpenFile> file = FileOf(in a, a.Int0);
        if (!file.IsOk)
        {
            return file.Error;
        }

        Errno error = file.Value.Truncate((ulong)size);
        if (error == Errno.None)
        {
            NoteWritten(in a, file.Value, 1L);
            DropMappedTail(in a, file.Value.Inode);
        }

        return Done(error);
    }

    private Result<long> Allocate(in SyscallArguments a)
    {
        long offset = unchecked((long)a.A2);
        long length = unchecked((long)a.A3);
        Result<OpenFile> found = FileOf(in a, a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        OpenFile file = found.Value;
        if (offset < 0 || length <= 0)
        {
            return Errno.EINVAL;
        }

        uint mode = unchecked((uint)a.A1);
        bool isKnown = mode is 0 or KeepSize or (PunchHole | KeepSize) or CollapseRange or ZeroRange or (ZeroRange | KeepSize)
            or InsertRange or UnshareRange or (UnshareRange | KeepSize);
        if (!isKnown)
        {
            return Errno.EOPNOTSUPP;
        }

        if (!file.CanWrite)
        {
            return Errno.EBADF;
        }

        Errno error = file.Inode.Type switch
        {
            FileType.Fifo => Errno.ESPIPE,
            FileType.Directory => Errno.EISDIR,
            not FileType.Regular => Errno.ENODEV,
            _ when length > long.MaxValue - offset => Errno.EFBIG,
            _ => file.Inode.Allocate(mode, (ulong)offset, (ulong)length),
        };
        if (error == Errno.None)
        {
            DropMappedPages(in a, file.Inode, (ulong)offset >> PageSize.Shift, ((ulong)offset + (ulong)length + PageSize.Mask) >> PageSize.Shift);
            FileNotices.Post(file.Path, FileEvents.Modify);
            NoteWritten(in a, file, 1L);
        }

        return Done(error);
    }
}
