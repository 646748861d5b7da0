using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

// renameat2(2).
public sealed partial class FileTree
{
    /// <summary>Whether these flags of renameat2(2) are known and may stand together.</summary>
    public static bool AreTogether(RenameFlags flags) => flags is RenameFlags.None or RenameFlags.NoReplace or RenameFlags.Exchange;

    /// <summary>Walks to the directory of a path's last name: its errors alone.</summary>
    public Errno CheckParent(FsContext context, PathNode start, ReadOnlySpan<byte> path)
    {
        using PathWalk walk = new(context, Buffers);
        return walk.ToParent(start, path);
    }

    /// <summary>Moves a name. Errors as rename(2), in Linux's order.</summary>
    public Errno Rename(FsContext context, PathNode oldStart, ReadOnlySpan<byte> oldPath, PathNode newStart, ReadOnlySpan<byte> newPath, RenameFlags flags)
    {
        if (!AreTogether(flags))
        {
            return Errno.EINVAL;
        }

        using PathWalk from = new(context, Buffers);
        using PathWalk to = new(context, Buffers);
        Errno error = from.ToParent(oldStart, oldPath);
        if (error == Errno.None)
        {
            error = to.ToParent(newStart, newPath);
        }

        if (error != Errno.None)
        {
            return error;
        }

        if (from.Directory.Inode.FileSystem != to.Directory.Inode.FileSystem)
        {
            return Errno.EXDEV;
        }

        bool noReplace = (flags & RenameFlags.NoReplace) != 0;
        if (from.Kind != LastName.Normal)
        {
            return Errno.EBUSY;
        }

        if (to.Kind != LastName.Normal)
        {
            return noReplace ? Errno.EEXIST : Errno.EBUSY;
        }

        Result<PathNode> source = from.Directory.Lookup(from.Name);
        if (!source.IsOk)
        {
            return source.Error;
        }

        Result<PathNode> target = to.Directory.Lookup(to.Name);
        if (!target.IsOk && target.Error != Errno.ENOENT)
        {
            return target.Error;
        }

        error = CheckRename(in from, in to, source.Value, target, flags);
        if (error != Errno.None || (target.IsOk && target.Value.Inode == source.Value.Inode))
        {
            // Two names of one file: nothing is done and it is no error (rename(2)).
            return error;
        }

        return Move(context, from.Directory, from.Name, source.Value, to.Directory, to.Name, target.IsOk ? target.Value : null, flags);
    }

    private static Errno CheckRename(in PathWalk from, in PathWalk to, PathNode source, Result<PathNode> target, RenameFlags flags)
    {
        if ((flags & RenameFlags.NoReplace) != 0 && target.IsOk)
        {
            return Errno.EEXIST;
        }

        bool exchange = (flags & RenameFlags.Exchange) != 0;
        if (exchange && !target.IsOk)
        {
            return Errno.ENOENT;
        }

        if (exchange && !target.Value.IsDirectory && to.HasTrailingSlash)
        {
            return Errno.ENOTDIR;
        }

        if (!source.IsDirectory && (from.HasTrailingSlash || (!exchange && to.HasTrailingSlash)))
        {
            return Errno.ENOTDIR;
        }

        if (source.IsAncestorOf(to.Directory))
        {
            return Errno.EINVAL;
        }

        return target.IsOk && target.Value.IsAncestorOf(from.Directory)
            ? exchange ? Errno.EINVAL : Errno.ENOTEMPTY
            : Errno.None;
    }

    private Errno Move(FsContext context, PathNode from, ReadOnlySpan<byte> oldName, PathNode source, PathNode to, ReadOnlySpan<byte> newName, PathNode? target, RenameFlags flags)
    {
        Errno error = Permission.CheckRemoval(from.Inode, source.Inode, context);
        if (error != Errno.None)
        {
            return error;
        }

        bool exchange = (flags & RenameFlags.Exchange) != 0;
        error = target == null ? CheckCreation(context, to) : Permission.CheckRemoval(to.Inode, target.Inode, context);
        if (error == Errno.None && target != null && !exchange && source.IsDirectory != target.IsDirectory)
        {
            error = source.IsDirectory ? Errno.ENOTDIR : Errno.EISDIR;
        }

        if (error == Errno.None && (source.Mounted != null || target?.Mounted != null))
        {
            error = Errno.EBUSY;
        }

        if (error == Errno.None)
        {
            error = from.Inode.Rename(oldName, source.Inode, to.Inode, newName, target?.Inode, flags);
        }

        if (error != Errno.None)
        {
            return error;
        }

        if (exchange)
        {
            PathNode.Exchange(source, target!);
            PostMove(from.Inode, oldName, to.Inode, newName, source.Inode, null);
            PostMove(to.Inode, newName, from.Inode, oldName, target!.Inode, null);
            return Errno.None;
        }

        if (target != null)
        {
            to.RemoveChild(target);
        }

        from.MoveChild(source, to, newName);
        PostMove(from.Inode, oldName, to.Inode, newName, source.Inode, target?.Inode);
        return Errno.None;
    }

    private void PostMove(Inode from, ReadOnlySpan<byte> oldName, Inode to, ReadOnlySpan<byte> newName, Inode moved, Inode? replaced)
    {
        uint cookie = unchecked(++_lastCookie);
        FileNotices.PostName(from, FileEvents.MovedFrom, oldName, moved, cookie);
        FileNotices.PostName(to, FileEvents.MovedTo, newName, moved, cookie);
        if (replaced != null)
        {
            FileNotices.PostSelf(replaced, FileEvents.Attributes);
        }

        FileNotices.PostSelf(moved, FileEvents.MoveSelf);
        if (replaced != null)
        {
            FileNotices.PostGone(replaced);
        }
    }
}
