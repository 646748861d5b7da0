using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

// Extended attributes (xattr(7)): names and values as programs pass them; what they are is the inode's.
public sealed partial class AttributeCalls
{
    private const string Namespaces = "access control lists (system.*): EOPNOTSUPP";

    // XATTR_NAME_MAX, XATTR_SIZE_MAX and XATTR_LIST_MAX (linux/limits.h).
    private const int MaximumName = 255;
    private const ulong MaximumValue = 65536;
    private const ulong MaximumList = 65536;

    private void AddExtended(SyscallTable table)
    {
        table.Add(SyscallNumber.Getxattr, (in SyscallArguments a) => Get(in a, ByPath(in a, WalkFlags.Follow)), Namespaces);
        table.Add(SyscallNumber.Lgetxattr, (in SyscallArguments a) => Get(in a, ByPath(in a, WalkFlags.None)), Namespaces);
        table.Add(SyscallNumber.Fgetxattr, (in SyscallArguments a) => Get(in a, PathOf(in a, a.Int0)), Namespaces);
        table.Add(SyscallNumber.Listxattr, (in SyscallArguments a) => List(in a, ByPath(in a, WalkFlags.Follow)));
        table.Add(SyscallNumber.Llistxattr, (in SyscallArguments a) => List(in a, ByPath(in a, WalkFlags.None)));
        table.Add(SyscallNumber.Flistxattr, (in SyscallArguments a) => List(in a, PathOf(in a, a.Int0)));
        table.Add(SyscallNumber.Setxattr, (in SyscallArguments a) => Set(in a, ByPath(in a, WalkFlags.Follow)), Namespaces);
        table.Add(SyscallNumber.Lsetxattr, (in SyscallArguments a) => Set(in a, ByPath(in a, WalkFlags.None)), Namespaces);
        table.Add(SyscallNumber.Fsetxattr, (in SyscallArguments a) => Set(in a, PathOf(in a, a.Int0)), Namespaces);
        table.Add(SyscallNumber.Removexattr, (in SyscallArguments a) => Remove(in a, ByPath(in a, WalkFlags.Follow)), Namespaces);
        table.Add(SyscallNumber.Lremovexattr, (in SyscallArguments a) => Remove(in a, ByPath(in a, WalkFlags.None)), Namespaces);
        table.Add(SyscallNumber.Fremovexattr, (in SyscallArguments a) => Remove(in a, PathOf(in a, a.Int0)), Namespaces);
    }

    private Result<PathNode> ByPath(in SyscallArguments a, WalkFlags walk) => NodeOf(in a, WorkingDirectory, a.Address0, 0, walk);

    private static Result<long> Get(in SyscallArguments a, Result<PathNode> node)
    {
        Span<byte> room = stackalloc byte[MaximumName + 1];
        Errno error = Prepare(in a, node, isWrite: false, room, out ReadOnlySpan<byte> name);
        if (error != Errno.None)
        {
            return error;
        }

        int size = (int)Math.Min(a.A3, MaximumValue);
        if (!KernelHeap.CanAllocate(size))
        {
            return Errno.ENOMEM;
        }

        byte[] value = size == 0 ? [] : new byte[size];
        Result<int> length = node.Value.Inode.GetExtended(name, value);
        return !length.IsOk ? length.Error
            : size == 0 || a.Space.Write(a.Address2, value.AsSpan(0, length.Value)) == length.Value ? length.Value
            : Errno.EFAULT;
    }

    private static Result<long> Set(in SyscallArguments a, Result<PathNode> node)
    {
        ExtendedFlags flags = (ExtendedFlags)unchecked((uint)a.A4);
        if ((flags & ~ExtendedFlags.Known) != 0)
        {
            return Errno.EINVAL;
        }

        Span<byte> room = stackalloc byte[MaximumName + 1];
        Errno error = node.IsOk ? ReadName(in a, room, out ReadOnlySpan<byte> name) : node.Error;
        if (error != Errno.None)
        {
            return error;
        }

        if (a.A3 > MaximumValue)
        {
            return Errno.E2BIG;
        }

        if (!KernelHeap.CanAllocate((long)a.A3))
        {
            return Errno.ENOMEM;
        }

        byte[] value = new byte[(int)a.A3];
        if (a.Space.Read(a.Address2, value) != value.Length)
        {
            return Errno.EFAULT;
        }

        error = Prepare(in a, node, isWrite: true, room, out name);
        if (error == Errno.None)
        {
            error = node.Value.Inode.SetExtended(name, value, flags);
        }

        return Finish(node, error);
    }

    private static Result<long> Remove(in SyscallArguments a, Result<PathNode> node)
    {
        Span<byte> room = stackalloc byte[MaximumName + 1];
        Errno error = Prepare(in a, node, isWrite: true, room, out ReadOnlySpan<byte> name);
        if (error == Errno.None)
        {
            error = node.Value.Inode.RemoveExtended(name);
        }

        return node.IsOk ? Finish(node, error) : error;
    }

    private static Result<long> List(in SyscallArguments a, Result<PathNode> node)
    {
        if (!node.IsOk)
        {
            return node.Error;
        }

        Inode inode = node.Value.Inode;
        long length = 0;
        int place = 0;
        ulong room = Math.Min(a.A2, MaximumList);
        while (inode.NextExtended(ref place) is { IsEmpty: false } name)
        {
            if (name.StartsWith("trusted."u8) && !a.Thread.Fs.Has(Capability.SystemAdmin))
            {
                continue;
            }

            if (a.A2 != 0)
            {
                if ((ulong)length + (ulong)name.Length + 1 > room)
                {
                    return room == MaximumList ? Errno.E2BIG : Errno.ERANGE;
                }

                if (a.Space.Write(a.Address1 + (ulong)length, name) != name.Length || a.Space.Write(a.Address1 + (ulong)(length + name.Length), "\0"u8) != 1)
                {
                    return Errno.EFAULT;
                }
            }

            length += name.Length + 1;
        }

        return length;
    }

    private static Result<long> Finish(Result<PathNode> node, Errno error)
    {
        if (error == Errno.None)
        {
            FileNotices.Post(node.Value, FileEvents.Attributes);
        }

        return Done(error);
    }

    /// <summary>The name and whether it may be used: the rules of the namespaces (xattr(7)), then the file's permissions.</summary>
    private static Errno Prepare(in SyscallArguments a, Result<PathNode> node, bool isWrite, Span<byte> room, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!node.IsOk)
        {
            return node.Error;
        }

        Errno error = ReadName(in a, room, out name);
        if (error != Errno.None)
        {
            return error;
        }

        Inode inode = node.Value.Inode;
        FsContext context = a.Thread.Fs;
        if (isWrite && (inode.FileSystem.IsReadOnly || inode.IsImmutable))
        {
            return inode.FileSystem.IsReadOnly ? Errno.EROFS : Errno.EPERM;
        }

        bool isPrivileged = context.Has(name.SequenceEqual("security.capability"u8) ? Capability.SetFileCapabilities : Capability.SystemAdmin);
        if (name.StartsWith("trusted."u8) && !isPrivileged)
        {
            return isWrite ? Errno.EPERM : Errno.ENODATA;
        }

        if (name.StartsWith("security."u8))
        {
            return isWrite && !isPrivileged ? Errno.EPERM : IsNameLong(name, "security."u8);
        }

        if (name.StartsWith("trusted."u8))
        {
            return IsNameLong(name, "trusted."u8);
        }

        if (!name.StartsWith("user."u8))
        {
            // Access control lists have their own rules; what has no namespace is a matter of the file's mode first (xattr_permission).
            error = name.StartsWith("system."u8)
                ? Errno.None
                : FileTree.CheckAccess(context, node.Value, isWrite ? Vfs.Access.Write : Vfs.Access.Read);
            return error == Errno.None ? Errno.EOPNOTSUPP : error;
        }

        if (inode.Type is not (FileType.Regular or FileType.Directory))
        {
            return isWrite ? Errno.EPERM : Errno.ENODATA;
        }

        if (isWrite && inode.IsDirectory && !FileTree.MayMarkDirectory(context, inode))
        {
            return Errno.EPERM;
        }

        error = FileTree.CheckAccess(context, node.Value, isWrite ? Vfs.Access.Write : Vfs.Access.Read);
        return error != Errno.None ? error
            : inode.FileSystem.HasFixedNames ? Errno.EOPNOTSUPP
            : IsNameLong(name, "user."u8);
    }

    private static Errno IsNameLong(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix) => name.Length > prefix.Length ? Errno.None : Errno.EINVAL;

    /// <summary>The name, argument 1: EFAULT, ERANGE when it is empty or too long.</summary>
    private static Errno ReadName(in SyscallArguments a, Span<byte> room, out ReadOnlySpan<byte> name)
    {
        name = default;
        int length = a.Space.ReadString(a.Address1, room);
        if (length < 0)
        {
            return Errno.EFAULT;
        }

        name = room[..length];
        return length is 0 or > MaximumName ? Errno.ERANGE : Errno.None;
    }
}
