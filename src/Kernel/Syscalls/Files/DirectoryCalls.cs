using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>getdents64(2), getcwd(2), chdir(2), fchdir(2), chroot(2), umask(2).</summary>
public sealed class DirectoryCalls(FileServices services) : FileFamily(services)
{
    private readonly DirectoryEntryWriter _writer = new();

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Getdents64, (in SyscallArguments a) => ReadEntries(in a, isOld: false));
        table.Add(SyscallNumber.Getdents, (in SyscallArguments a) => ReadEntries(in a, isOld: true));
        table.Add(SyscallNumber.Getcwd, GetWorkingDirectory);
        table.Add(SyscallNumber.Chdir, ChangeDirectory);
        table.Add(SyscallNumber.Fchdir, ChangeDirectoryToFile);
        table.Add(SyscallNumber.Chroot, ChangeRoot);
        table.Add(SyscallNumber.Umask, SetUmask);
    }

    private Result<long> ReadEntries(in SyscallArguments a, bool isOld)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        if (!file.IsOk)
        {
            return file.Error;
        }

        byte[] buffer = Tree.Buffers.Rent();
        int size = Math.Clamp(a.Int2, 0, buffer.Length);
        _writer.Begin(buffer, size, isOld);
        ulong before = file.Value.Position;
        Errno error = file.Value.ReadDirectory(_writer);
        Result<long> result = error;
        if (error == Errno.None)
        {
            result = _writer.Length == 0 && _writer.IsFull ? Errno.EINVAL : _writer.Length;
            if (_writer.Length > 0 && a.Space.Write(a.Address1, buffer.AsSpan(0, _writer.Length)) != _writer.Length)
            {
                file.Value.Position = before;
                result = Errno.EFAULT;
            }
        }

        Tree.Buffers.Return(buffer);
        return result;
    }

    private Result<long> GetWorkingDirectory(in SyscallArguments a)
    {
        FsContext context = a.Thread.Fs;
        if (context.WorkingDirectory.IsDeleted)
        {
            return Errno.ENOENT;
        }

        byte[] buffer = Tree.Buffers.Rent();
        Result<int> written = context.WorkingDirectory.WritePath(context.Root, buffer.AsSpan(0, PageSize.Bytes - 1));
        Result<long> result = written.Error;
        if (written.IsOk)
        {
            buffer[written.Value] = 0;
            int length = written.Value + 1;
            result = (ulong)length > a.A1 ? Errno.ERANGE
                : a.Space.Write(a.Address0, buffer.AsSpan(0, length)) == length ? length
                : Errno.EFAULT;
        }

        Tree.Buffers.Return(buffer);
        return result;
    }

    private Result<long> ChangeDirectory(in SyscallArguments a)
    {
        Result<PathNode> node = SearchableDirectory(in a, NodeOf(in a, WorkingDirectory, a.Address0, 0, WalkFlags.Follow | WalkFlags.Directory));
        if (!node.IsOk)
        {
            return node.Error;
        }

        a.Thread.Fs.WorkingDirectory = node.Value;
        return 0;
    }

    private Result<long> ChangeDirectoryToFile(in SyscallArguments a)
    {
        Result<OpenFile> file = AnyFileOf(in a, a.Int0);
        if (!file.IsOk)
        {
            return file.Error;
        }

        if (!file.Value.Path.IsDirectory)
        {
            return Errno.ENOTDIR;
        }

        Result<PathNode> node = SearchableDirectory(in a, file.Value.Path);
        if (!node.IsOk)
        {
            return node.Error;
        }

        a.Thread.Fs.WorkingDirectory = node.Value;
        return 0;
    }

    private Result<long> ChangeRoot(in SyscallArguments a)
    {
        Result<PathNode> node = SearchableDirectory(in a, NodeOf(in a, WorkingDirectory, a.Address0, 0, WalkFlags.Follow | WalkFlags.Directory));
        if (!node.IsOk)
        {
            return node.Error;
        }

        if (!a.Thread.Fs.Has(Capability.SystemChroot))
        {
            return Errno.EPERM;
        }

        a.Thread.Fs.Root = node.Value;
        return 0;
    }

    private Result<long> SetUmask(in SyscallArguments a)
    {
        uint old = a.Thread.Fs.Umask;
        a.Thread.Fs.Umask = unchecked((uint)a.A0) & 0x1ff;
        return old;
    }

    private static Result<PathNode> SearchableDirectory(in SyscallArguments a, Result<PathNode> node)
    {
        if (!node.IsOk)
        {
            return node;
        }

        Errno error = FileTree.CheckAccess(a.Thread.Fs, node.Value, Vfs.Access.Execute);
        return error == Errno.None ? node : error;
    }
}
