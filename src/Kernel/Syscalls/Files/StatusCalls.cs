using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>stat(2), statx(2), access(2), statfs(2).</summary>
public sealed partial class StatusCalls(FileServices services) : FileFamily(services)
{
    private const uint AtStatxSyncType = 0x6000;
    private const uint AtEffectiveIds = 0x200;

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Stat, (in SyscallArguments a) => Status(in a, NodeOf(in a, WorkingDirectory, a.Address0, 0, WalkFlags.Follow), a.Address1));
        table.Add(SyscallNumber.Lstat, (in SyscallArguments a) => Status(in a, NodeOf(in a, WorkingDirectory, a.Address0, 0, WalkFlags.None), a.Address1));
        table.Add(SyscallNumber.Fstat, FileStatus);
        table.Add(SyscallNumber.Newfstatat, StatusAt);
        table.Add(SyscallNumber.Statx, ExtendedStatus);
        table.Add(SyscallNumber.Access, (in SyscallArguments a) => CheckAccess(in a, WorkingDirectory, a.Address0, a.Int1, 0));
        table.Add(SyscallNumber.Faccessat, (in SyscallArguments a) => CheckAccess(in a, a.Int0, a.Address1, a.Int2, 0));
        table.Add(SyscallNumber.Faccessat2, (in SyscallArguments a) => CheckAccess(in a, a.Int0, a.Address1, a.Int2, unchecked((uint)a.A3)));
        table.Add(SyscallNumber.Statfs, (in SyscallArguments a) => FileSystemStatus(in a, NodeOf(in a, WorkingDirectory, a.Address0, 0, WalkFlags.Follow)));
        table.Add(SyscallNumber.Fstatfs, (in SyscallArguments a) => FileSystemStatus(in a, PathOf(in a, a.Int0)));
    }

    private static Result<PathNode> PathOf(in SyscallArguments a, int descriptor)
    {
        Result<OpenFile> file = AnyFileOf(in a, descriptor);
        return file.IsOk ? file.Value.Path : file.Error;
    }

    private Result<long> FileStatus(in SyscallArguments a) => Status(in a, PathOf(in a, a.Int0), a.Address1);

    private Result<long> StatusAt(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.A3);
        if ((flags & ~(AtNoFollow | AtNoAutomount | AtEmptyPath | AtStatxSyncType)) != 0)
        {
            return Errno.EINVAL;
        }

        return Status(in a, NodeOf(in a, a.Int0, a.Address1, flags, (flags & AtNoFollow) != 0 ? WalkFlags.None : WalkFlags.Follow), a.Address2);
    }

    private static Result<long> Status(in SyscallArguments a, Result<PathNode> node, VirtAddr target)
    {
        if (!node.IsOk)
        {
            return node.Error;
        }

        Inode inode = node.Value.Inode;
        inode.GetAttributes(out InodeAttributes attributes);
        Stat stat = new()
        {
            Device = inode.FileSystem.Device,
            Inode = inode.Number,
            Links = attributes.Links,
            Mode = (uint)attributes.Type | attributes.Mode,
            Uid = attributes.Uid,
            Gid = attributes.Gid,
            SpecialDevice = attributes.Device,
            Size = (long)attributes.Size,
            BlockSize = PageSize.Bytes,
            Blocks = (long)attributes.Blocks,
            AccessSeconds = attributes.Accessed.Seconds,
            AccessNanoseconds = attributes.Accessed.Nanoseconds,
            ModifySeconds = attributes.Modified.Seconds,
            ModifyNanoseconds = attributes.Modified.Nanoseconds,
            ChangeSeconds = attributes.Changed.Seconds,
            ChangeNanoseconds = attributes.Changed.Nanoseconds,
        };
        return a.Space.TryWrite(target, stat) ? 0 : Errno.EFAULT;
    }

    private Result<long> CheckAccess(in SyscallArguments a, int directory, VirtAddr pathAddress, int mode, uint flags)
    {
        if ((mode & ~7) != 0 || (flags & ~(AtNoFollow | AtEffectiveIds | AtEmptyPath)) != 0)
        {
            return Errno.EINVAL;
        }

        FsContext context = (flags & AtEffectiveIds) != 0 ? a.Thread.Fs : ContextOfRealUser(a.Thread);
        Result<PathNode> node = NodeOf(in a, context, directory, pathAddress, flags, (flags & AtNoFollow) != 0 ? WalkFlags.None : WalkFlags.Follow);
        return node.IsOk ? Done(FileTree.CheckAccess(context, node.Value, (Vfs.Access)mode)) : node.Error;
    }

    /// <summary>access(2) asks, and walks, as the real user with his capabilities: for a thread that is nobody else, as it is.</summary>
    private static FsContext ContextOfRealUser(UserThread thread)
    {
        FsContext context = thread.Fs;
        uint uid = thread.Credentials.User.Real;
        uint gid = thread.Credentials.Group.Real;
        CapabilitySets sets = context.Capabilities;
        bool isSame = uid == context.Uid && gid == context.Gid && sets.Effective == (uid == 0 ? sets.Permitted : 0);
        return isSame ? context : context.As(uid, gid, sets.ForRealUser(uid == 0));
    }

    private static Result<long> FileSystemStatus(in SyscallArguments a, Result<PathNode> node)
    {
        const int Bytes = 120;
        const long MaximumName = 255;
        const long Valid = 0x20;
        const long ReadOnly = 1;
        if (!node.IsOk)
        {
            return node.Error;
        }

        FileSystem fileSystem = node.Value.Inode.FileSystem;
        FileSystemStatistics statistics = fileSystem.Statistics;
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, fileSystem.Magic);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], statistics.BlockSize);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], statistics.Blocks);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], statistics.FreeBlocks);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], statistics.FreeBlocks);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[40..], statistics.Files);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[48..], statistics.FreeFiles);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[56..], fileSystem.Device);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[64..], MaximumName);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[72..], statistics.BlockSize);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[80..], Valid | (fileSystem.IsReadOnly ? ReadOnly : 0));
        return a.Space.Write(a.Address1, bytes) == Bytes ? 0 : Errno.EFAULT;
    }
}
