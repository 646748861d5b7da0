using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>mkdir(2), mknod(2), link(2), symlink(2), readlink(2), unlink(2), rmdir(2), rename(2) and their "at" forms.</summary>
public sealed class NameCalls(FileServices services) : FileFamily(services)
{
    private const uint RemoveDirectoryFlag = 0x200;

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Mkdir, (in SyscallArguments a) => MakeDirectory(in a, WorkingDirectory, a.Address0, a.A1));
        table.Add(SyscallNumber.Mkdirat, (in SyscallArguments a) => MakeDirectory(in a, a.Int0, a.Address1, a.A2));
        table.Add(SyscallNumber.Mknod, (in SyscallArguments a) => MakeNode(in a, WorkingDirectory, a.Address0, a.A1, a.A2));
        table.Add(SyscallNumber.Mknodat, (in SyscallArguments a) => MakeNode(in a, a.Int0, a.Address1, a.A2, a.A3));
        table.Add(SyscallNumber.Link, (in SyscallArguments a) => Link(in a, WorkingDirectory, a.Address0, WorkingDirectory, a.Address1, 0));
        table.Add(SyscallNumber.Linkat, (in SyscallArguments a) => Link(in a, a.Int0, a.Address1, a.Int2, a.Address3, unchecked((uint)a.A4)));
        table.Add(SyscallNumber.Symlink, (in SyscallArguments a) => MakeLink(in a, a.Address0, WorkingDirectory, a.Address1));
        table.Add(SyscallNumber.Symlinkat, (in SyscallArguments a) => MakeLink(in a, a.Address0, a.Int1, a.Address2));
        table.Add(SyscallNumber.Readlink, (in SyscallArguments a) => ReadLink(in a, WorkingDirectory, a.Address0, a.Address1, a.Int2));
        table.Add(SyscallNumber.Readlinkat, (in SyscallArguments a) => ReadLink(in a, a.Int0, a.Address1, a.Address2, a.Int3));
        table.Add(SyscallNumber.Unlink, (in SyscallArguments a) => Unlink(in a, WorkingDirectory, a.Address0, 0));
        table.Add(SyscallNumber.Rmdir, (in SyscallArguments a) => Unlink(in a, WorkingDirectory, a.Address0, RemoveDirectoryFlag));
        table.Add(SyscallNumber.Unlinkat, (in SyscallArguments a) => Unlink(in a, a.Int0, a.Address1, unchecked((uint)a.A2)));
        table.Add(SyscallNumber.Rename, (in SyscallArguments a) => Rename(in a, WorkingDirectory, a.Address0, WorkingDirectory, a.Address1, 0));
        table.Add(SyscallNumber.Renameat, (in SyscallArguments a) => Rename(in a, a.Int0, a.Address1, a.Int2, a.Address3, 0));
        table.Add(SyscallNumber.Renameat2, (in SyscallArguments a) => Rename(in a, a.Int0, a.Address1, a.Int2, a.Address3, unchecked((uint)a.A4)), "RENAME_WHITEOUT: EINVAL");
    }

    private Result<long> MakeDirectory(in SyscallArguments a, int directory, VirtAddr pathAddress, ulong mode)
    {
        Errno error = ReadPath(in a, pathAddress, out PathArgument path);
        if (error != Errno.None)
        {
            return error;
        }

        Result<PathNode> start = StartOf(in a, directory, path.Text);
        error = start.IsOk ? Tree.MakeDirectory(a.Thread.Fs, start.Value, path.Text, unchecked((uint)mode)) : start.Error;
        path.Dispose();
        return Done(error);
    }

    private Result<long> MakeNode(in SyscallArguments a, int directory, VirtAddr pathAddress, ulong rawMode, ulong device)
    {
        uint mode = unchecked((uint)rawMode);
        FileType type = (FileType)(mode & ModeBits.TypeMask);
        switch (type)
        {
            case FileType.None:
                type = FileType.Regular;
                break;
            case FileType.Directory:
                return Errno.EPERM;
            case FileType.SymbolicLink:
                return Errno.EINVAL;
            case not (FileType.Regular or FileType.Fifo or FileType.Socket or FileType.CharacterDevice or FileType.BlockDevice):
                return Errno.EINVAL;
        }

        Errno error = ReadPath(in a, pathAddress, out PathArgument path);
        if (error != Errno.None)
        {
            return error;
        }

        Result<PathNode> start = StartOf(in a, directory, path.Text);
        error = start.IsOk
            ? Tree.MakeNode(a.Thread.Fs, start.Value, path.Text, type, mode & ModeBits.PermissionMask, unchecked((uint)device))
            : start.Error;
        path.Dispose();
        return Done(error);
    }

    private Result<long> Link(in SyscallArguments a, int oldDirectory, VirtAddr oldPath, int newDirectory, VirtAddr newPath, uint flags)
    {
        if ((flags & ~(AtFollow | AtEmptyPath)) != 0)
        {
            return Errno.EINVAL;
        }

        Result<PathNode> target = NodeOf(in a, oldDirectory, oldPath, flags, (flags & AtFollow) != 0 ? WalkFlags.Follow : WalkFlags.None);
        if (!target.IsOk)
        {
            return target.Error;
        }

        Errno error = ReadPath(in a, newPath, out PathArgument path);
        if (error != Errno.None)
        {
            return error;
        }

        Result<PathNode> start = StartOf(in a, newDirectory, path.Text);
        error = start.IsOk ? Tree.Link(a.Thread.Fs, target.Value, start.Value, path.Text) : start.Error;
        path.Dispose();
        return Done(error);
    }

    private Result<long> MakeLink(in SyscallArguments a, VirtAddr targetAddress, int directory, VirtAddr pathAddress)
    {
        Errno error = ReadPath(in a, targetAddress, out PathArgument target);
        if (error != Errno.None)
        {
            return error;
        }

        if (target.Text.IsEmpty)
        {
            target.Dispose();
            return Errno.ENOENT;
        }

        error = ReadPath(in a, pathAddress, out PathArgument path);
        if (error == Errno.None)
        {
            Result<PathNode> start = StartOf(in a, directory, path.Text);
            error = start.IsOk ? Tree.MakeLink(a.Thread.Fs, start.Value, path.Text, target.Text) : start.Error;
            path.Dispose();
        }

        target.Dispose();
        return Done(error);
    }

    private Result<long> ReadLink(in SyscallArguments a, int directory, VirtAddr pathAddress, VirtAddr buffer, int size)
    {
        if (size <= 0)
        {
            return Errno.EINVAL;
        }

        // An empty path names the descriptor itself, as with AT_EMPTY_PATH (readlinkat(2)).
        Errno error = ReadPath(in a, pathAddress, out PathArgument path);
        if (error != Errno.None)
        {
            return error;
        }

        bool isEmpty = path.Text.IsEmpty;
        Result<PathNode> node = NodeOf(in a, directory, path.Text, directory == WorkingDirectory ? 0 : AtEmptyPath, WalkFlags.None);
        path.Dispose();
        if (!node.IsOk)
        {
            return node.Error;
        }

        Inode inode = node.Value.Inode;
        if (!inode.IsSymbolicLink)
        {
            return isEmpty ? Errno.ENOENT : Errno.EINVAL;
        }

        byte[] text = Tree.Buffers.Rent();
        Result<int> read = inode.ReadLink(text.AsSpan(0, Math.Min(text.Length, size)));
        Result<long> result = !read.IsOk ? read.Error
            : a.Space.Write(buffer, text.AsSpan(0, read.Value)) == read.Value ? read.Value
            : Errno.EFAULT;
        Tree.Buffers.Return(text);
        inode.Touch();
        return result;
    }

    private Result<long> Unlink(in SyscallArguments a, int directory, VirtAddr pathAddress, uint flags)
    {
        if ((flags & ~RemoveDirectoryFlag) != 0)
        {
            return Errno.EINVAL;
        }

        Errno error = ReadPath(in a, pathAddress, out PathArgument path);
        if (error != Errno.None)
        {
            return error;
        }

        FsContext context = a.Thread.Fs;
        Result<PathNode> start = StartOf(in a, directory, path.Text);
        error = !start.IsOk ? start.Error
            : flags != 0 ? Tree.RemoveDirectory(context, start.Value, path.Text)
            : Tree.Unlink(context, start.Value, path.Text);
        path.Dispose();
        return Done(error);
    }

    private Result<long> Rename(in SyscallArguments a, int oldDirectory, VirtAddr oldAddress, int newDirectory, VirtAddr newAddress, uint flags)
    {
        if (!FileTree.AreTogether((RenameFlags)flags))
        {
            return Errno.EINVAL;
        }

        Errno error = ReadPath(in a, oldAddress, out PathArgument oldPath);
        if (error != Errno.None)
        {
            return error;
        }

        Result<PathNode> from = StartOf(in a, oldDirectory, oldPath.Text);
        error = ReadPath(in a, newAddress, out PathArgument newPath);
        Result<PathNode> to = error == Errno.None ? StartOf(in a, newDirectory, newPath.Text) : error;
        if (from.IsOk && to.IsOk)
        {
            error = Tree.Rename(a.Thread.Fs, from.Value, oldPath.Text, to.Value, newPath.Text, (RenameFlags)flags);
        }
        else
        {
            // Whatever the new path is, the old one is walked first (do_renameat2).
            Errno first = from.IsOk ? Tree.CheckParent(a.Thread.Fs, from.Value, oldPath.Text) : from.Error;
            error = first != Errno.None ? first : to.Error;
        }

        newPath.Dispose();

        oldPath.Dispose();
        return Done(error);
    }
}
