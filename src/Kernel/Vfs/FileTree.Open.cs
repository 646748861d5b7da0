using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

// open(2).
public sealed partial class FileTree
{
    /// <summary>Whether flags may stand together: O_TMPFILE is for writing, O_CREAT makes no directory (build_open_flags).</summary>
    public static bool AreTogether(OpenFlags flags)
    {
        if ((flags & OpenFlags.Path) != 0)
        {
            return true;
        }

        const OpenFlags TemporaryBit = OpenFlags.TemporaryFile & ~OpenFlags.Directory;
        if ((flags & TemporaryBit) != 0 && (flags & OpenFlags.Directory) == 0)
        {
            return false;
        }

        return (flags & TemporaryBit) != 0
            ? (WantedAccess(flags & ~OpenFlags.Truncate) & Access.Write) != 0 && (flags & OpenFlags.Create) == 0
            : (flags & (OpenFlags.Create | OpenFlags.Directory)) != (OpenFlags.Create | OpenFlags.Directory);
    }

    /// <summary>
    /// Opens, and with O_CREAT makes, a file; <paramref name="mode"/> is applied less the umask. The file has one reference, the caller's. Errors as open(2).
    /// </summary>
    public Result<OpenFile> Open(FsContext context, PathNode start, ReadOnlySpan<byte> path, OpenFlags flags, uint mode, WalkFlags extra = WalkFlags.None)
    {
        if ((flags & OpenFlags.Path) != 0)
        {
            // O_PATH ignores all but these (open(2)).
            flags &= OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec;
        }
        else if ((flags & OpenFlags.TemporaryFile) == OpenFlags.TemporaryFile)
        {
            return OpenUnnamed(context, start, path, flags, mode, extra);
        }
        else if (!AreTogether(flags))
        {
            return Errno.EINVAL;
        }

        bool follow = (flags & OpenFlags.NoFollow) == 0 && (flags & (OpenFlags.Create | OpenFlags.Exclusive)) != (OpenFlags.Create | OpenFlags.Exclusive);
        using PathWalk walk = new(context, Buffers, start, extra);
        Errno error = walk.ToParent(start, path);
        while (error == Errno.None)
        {
            bool isDots = walk.Kind != LastName.Normal && walk.Directory.IsDirectory;
            if ((flags & OpenFlags.Create) != 0 && (walk.HasTrailingSlash || (isDots && (flags & OpenFlags.Exclusive) == 0)))
            {
                return Errno.EISDIR;
            }

            Result<PathNode> last = Last(context, in walk);
            if (!last.IsOk)
            {
                if (last.Error != Errno.ENOENT || (flags & OpenFlags.Create) == 0)
                {
                    return last.Error;
                }

                return walk.Directory.Inode.FileSystem.HasFixedNames ? last.Error : CreateAndOpen(context, in walk, flags, mode);
            }

            PathNode node = last.Value;
            if ((flags & (OpenFlags.Create | OpenFlags.Exclusive)) == (OpenFlags.Create | OpenFlags.Exclusive))
            {
                return Errno.EEXIST;
            }

            if (node.Inode.IsSymbolicLink && walk.Kind == LastName.Normal && (follow || walk.HasTrailingSlash))
            {
                error = walk.Follow(node.Inode);
                continue;
            }

            if ((walk.HasTrailingSlash || (flags & OpenFlags.Directory) != 0) && !node.IsDirectory)
            {
                return Errno.ENOTDIR;
            }

            return OpenNode(context, node, flags);
        }

        return error;
    }

    /// <summary>Opens what a node stands for (also a second description of an open file: /proc/self/fd/N), with all checks.</summary>
    public Result<OpenFile> OpenNode(FsContext context, PathNode node, OpenFlags flags)
    {
        if ((flags & OpenFlags.Path) != 0)
        {
            return new PathFile(node, flags);
        }

        Inode inode = node.Inode;
        Access wanted = WantedAccess(flags);
        switch (inode.Type)
        {
            case FileType.SymbolicLink:
                return Errno.ELOOP;
            case FileType.Directory when (wanted & Access.Write) != 0 || (flags & OpenFlags.Create) != 0:
                return Errno.EISDIR;
        }

        Errno error = Permission.Check(inode, context, wanted);
        if (error != Errno.None)
        {
            return error;
        }

        if ((flags & OpenFlags.NoAccessTime) != 0)
        {
            inode.GetAttributes(out InodeAttributes attributes);
            if (!Permission.IsOwner(attributes, context))
            {
                return Errno.EPERM;
            }
        }

        bool truncates = (flags & OpenFlags.Truncate) != 0 && inode.Type == FileType.Regular;
        if (inode.IsRunning && (truncates || (flags & OpenFlags.AccessMask) is OpenFlags.WriteOnly or OpenFlags.ReadWrite))
        {
            return Errno.ETXTBSY;
        }

        if (truncates)
        {
            error = inode.Truncate(0);
            error = error == Errno.None ? DropSetIds(context, inode) : error;
            if (error != Errno.None)
            {
                return error;
            }
        }

        Result<OpenFile> opened = inode.Open(node, flags);
        if (opened.IsOk && (flags & OpenFlags.Direct) != 0 && !opened.Value.TakesDirect)
        {
            opened.Value.Release();
            return Errno.EINVAL;
        }

        if (opened.IsOk)
        {
            opened.Value.HoldForWriting();
            FileNotices.Post(node, FileEvents.Open);
            if (truncates)
            {
                FileNotices.Post(node, FileEvents.Modify);
            }
        }

        return opened;
    }

    private static Access WantedAccess(OpenFlags flags)
    {
        // Mode 3 asks for both permissions and gives neither (open(2), NOTES).
        Access wanted = (flags & OpenFlags.AccessMask) switch
        {
            OpenFlags.ReadOnly => Access.Read,
            OpenFlags.WriteOnly => Access.Write,
            _ => Access.Read | Access.Write,
        };
        return (flags & OpenFlags.Truncate) != 0 ? wanted | Access.Write : wanted;
    }

    private static Result<OpenFile> CreateAndOpen(FsContext context, in PathWalk walk, OpenFlags flags, uint mode)
    {
        PathNode directory = walk.Directory;
        Errno error = CheckCreation(context, directory);
        if (error != Errno.None)
        {
            return error;
        }

        NewInode what = Describe(context, directory.Inode, FileType.Regular, mode & ~context.Umask, 0);
        Result<Inode> made = directory.Inode.Create(walk.Name, what);
        if (!made.IsOk)
        {
            return made.Error;
        }

        PathNode node = directory.AddChild(walk.Name, made.Value);
        FileNotices.PostName(directory.Inode, FileEvents.Create, walk.Name, made.Value);

        // A new file's own mode does not limit this first opening.
        Result<OpenFile> opened = made.Value.Open(node, flags);
        if (opened.IsOk)
        {
            opened.Value.HoldForWriting();
            FileNotices.Post(node, FileEvents.Open);
        }

        return opened;
    }

    private Result<OpenFile> OpenUnnamed(FsContext context, PathNode start, ReadOnlySpan<byte> path, OpenFlags flags, uint mode, WalkFlags extra)
    {
        WalkFlags walkFlags = WalkFlags.Directory | (extra & WalkFlags.Restrictions) | ((flags & OpenFlags.NoFollow) == 0 ? WalkFlags.Follow : WalkFlags.None);
        Result<PathNode> found = Resolve(context, start, path, walkFlags);
        if (!found.IsOk)
        {
            return found.Error;
        }

        Errno error = CheckCreation(context, found.Value);
        if (error != Errno.None)
        {
            return error;
        }

        Result<Inode> made = found.Value.Inode.CreateUnnamed(Describe(context, found.Value.Inode, FileType.Regular, mode & ~context.Umask, 0));
        if (!made.IsOk)
        {
            return made.Error;
        }

        Result<OpenFile> opened = made.Value.Open(PathNode.CreateDetached("/tmp/#unnamed (deleted)"u8, made.Value), flags & ~OpenFlags.TemporaryFile);
        if (opened.IsOk)
        {
            opened.Value.HoldForWriting();
        }

        return opened;
    }

    private static Errno CheckCreation(FsContext context, PathNode directory)
    {
        if (directory.IsDeleted)
        {
            return Errno.ENOENT;
        }

        return directory.Inode.FileSystem.IsReadOnly ? Errno.EROFS : Permission.Check(directory.Inode, context, Access.Write | Access.Execute);
    }

    /// <summary>A new inode's owner and mode; a set-group-id directory passes on its group, and that bit to directories (inode(7)).</summary>
    private static NewInode Describe(FsContext context, Inode directory, FileType type, uint mode, ulong device)
    {
        directory.GetAttributes(out InodeAttributes parent);
        uint gid = context.Gid;
        if ((parent.Mode & ModeBits.SetGroupId) != 0)
        {
            gid = parent.Gid;
            mode |= type == FileType.Directory ? ModeBits.SetGroupId : 0;

            // A program must not be made with a group that its maker is not in (mode_strip_sgid).
            const uint Program = ModeBits.SetGroupId | ModeBits.GroupExecute;
            if (type != FileType.Directory && (mode & Program) == Program && !context.IsInGroup(gid) && !context.Has(Capability.FileSetId))
            {
                mode &= ~ModeBits.SetGroupId;
            }
        }

        return new NewInode(type, mode & ModeBits.PermissionMask, context.Uid, gid, device);
    }
}
