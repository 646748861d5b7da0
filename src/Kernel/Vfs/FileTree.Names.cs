using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

// Making and removing names: mkdir(2), mknod(2), symlink(2), link(2), unlink(2), rmdir(2).
public sealed partial class FileTree
{
    /// <summary>mkdirat(2).</summary>
    public Errno MakeDirectory(FsContext context, PathNode start, ReadOnlySpan<byte> path, uint mode) =>
        Make(context, start, path, FileType.Directory, mode & (0x1ff | ModeBits.Sticky) & ~context.Umask, 0, default);

    /// <summary>mknodat(2) for regular files, FIFOs, sockets and devices.</summary>
    public Errno MakeNode(FsContext context, PathNode start, ReadOnlySpan<byte> path, FileType type, uint mode, ulong device) =>
        Make(context, start, path, type, mode & ~context.Umask, device, default);

    /// <summary>symlinkat(2).</summary>
    public Errno MakeLink(FsContext context, PathNode start, ReadOnlySpan<byte> path, ReadOnlySpan<byte> target) =>
        target.IsEmpty ? Errno.ENOENT : Make(context, start, path, FileType.SymbolicLink, 0x1ff, 0, target);

    /// <summary>linkat(2): another name for what <paramref name="target"/> stands for.</summary>
    public Errno Link(FsContext context, PathNode target, PathNode start, ReadOnlySpan<byte> path)
    {
        using PathWalk walk = new(context, Buffers);
        Errno error = walk.ToParent(start, path);
        if (error == Errno.None)
        {
            error = CheckFree(context, in walk, isDirectory: false);
        }

        if (error != Errno.None)
        {
            return error;
        }

        Inode directory = walk.Directory.Inode;
        if (directory.FileSystem != target.Inode.FileSystem)
        {
            return Errno.EXDEV;
        }

        error = Permission.MayLink(target.Inode, context) ? CheckCreation(context, walk.Directory) : Errno.EPERM;
        if (error == Errno.None && target.IsDirectory)
        {
            error = Errno.EPERM;
        }

        if (error == Errno.None)
        {
            error = directory.Link(walk.Name, target.Inode);
        }

        if (error == Errno.None)
        {
            walk.Directory.AddChild(walk.Name, target.Inode);
            FileNotices.PostSelf(target.Inode, FileEvents.Attributes);
            FileNotices.PostName(directory, FileEvents.Create, walk.Name, target.Inode);
        }

        return error;
    }

    /// <summary>unlinkat(2) without AT_REMOVEDIR.</summary>
    public Errno Unlink(FsContext context, PathNode start, ReadOnlySpan<byte> path)
    {
        using PathWalk walk = new(context, Buffers);
        Errno error = walk.ToParent(start, path);
        if (error != Errno.None)
        {
            return error;
        }

        if (walk.Kind != LastName.Normal)
        {
            return Errno.EISDIR;
        }

        PathNode directory = walk.Directory;
        Result<PathNode> found = FindVictim(directory, walk.Name);
        if (!found.IsOk)
        {
            return found.Error;
        }

        PathNode victim = found.Value;
        if (walk.HasTrailingSlash)
        {
            return victim.IsDirectory ? Errno.EISDIR : Errno.ENOTDIR;
        }

        error = Permission.CheckRemoval(directory.Inode, victim.Inode, context);
        if (error == Errno.None)
        {
            error = victim.IsDirectory ? Errno.EISDIR
                : victim.Mounted != null ? Errno.EBUSY
                : directory.Inode.Unlink(walk.Name, victim.Inode);
        }

        if (error == Errno.None)
        {
            directory.RemoveChild(victim);
            FileNotices.PostSelf(victim.Inode, FileEvents.Attributes);
            FileNotices.PostGone(victim.Inode);
            FileNotices.PostName(directory.Inode, FileEvents.Delete, walk.Name, victim.Inode);
        }

        return error;
    }

    /// <summary>rmdir(2).</summary>
    public Errno RemoveDirectory(FsContext context, PathNode start, ReadOnlySpan<byte> path)
    {
        using PathWalk walk = new(context, Buffers);
        Errno error = walk.ToParent(start, path);
        if (error != Errno.None)
        {
            return error;
        }

        switch (walk.Kind)
        {
            case LastName.DotDot:
                return Errno.ENOTEMPTY;
            case LastName.Dot:
                return Errno.EINVAL;
            case LastName.Root:
                return Errno.EBUSY;
        }

        PathNode directory = walk.Directory;
        Result<PathNode> found = FindVictim(directory, walk.Name);
        if (!found.IsOk)
        {
            return found.Error;
        }

        PathNode victim = found.Value;
        error = Permission.CheckRemoval(directory.Inode, victim.Inode, context);
        if (error == Errno.None)
        {
            error = !victim.IsDirectory ? Errno.ENOTDIR
                : victim.Mounted != null || victim == context.Root ? Errno.EBUSY
                : directory.Inode.RemoveDirectory(walk.Name, victim.Inode);
        }

        if (error == Errno.None)
        {
            directory.RemoveChild(victim);
            FileNotices.PostGone(victim.Inode);
            FileNotices.PostName(directory.Inode, FileEvents.Delete, walk.Name, victim.Inode);
        }

        return error;
    }

    private Errno Make(FsContext context, PathNode start, ReadOnlySpan<byte> path, FileType type, uint mode, ulong device, ReadOnlySpan<byte> target)
    {
        using PathWalk walk = new(context, Buffers);
        Errno error = walk.ToParent(start, path);
        if (error == Errno.None)
        {
            error = CheckFree(context, in walk, type == FileType.Directory);
        }

        if (error == Errno.None)
        {
            error = CheckCreation(context, walk.Directory);
        }

        bool isDevice = type == FileType.BlockDevice || (type == FileType.CharacterDevice && device != 0); // device 0:0 is a whiteout, which everybody may make
        if (error == Errno.None && isDevice && !context.Has(Capability.MakeNode))
        {
            error = Errno.EPERM;
        }

        if (error != Errno.None)
        {
            return error;
        }

        Inode directory = walk.Directory.Inode;
        NewInode what = Describe(context, directory, type, mode, device);
        Result<Inode> made = type == FileType.SymbolicLink
            ? directory.CreateLink(walk.Name, target, what)
            : directory.Create(walk.Name, what);
        if (!made.IsOk)
        {
            return made.Error;
        }

        walk.Directory.AddChild(walk.Name, made.Value);
        FileNotices.PostName(directory, FileEvents.Create, walk.Name, made.Value);
        return Errno.None;
    }

    /// <summary>The last name must not exist; only a directory's may end in a slash.</summary>
    private static Errno CheckFree(FsContext context, in PathWalk walk, bool isDirectory)
    {
        if (walk.Kind != LastName.Normal)
        {
            return Errno.EEXIST;
        }

        Result<PathNode> last = Last(context, in walk);
        if (last.IsOk)
        {
            return Errno.EEXIST;
        }

        // What is no directory cannot be made under "name/": as if the directory "name" were missing.
        return last.Error != Errno.ENOENT || walk.Directory.Inode.FileSystem.HasFixedNames ? last.Error
            : walk.HasTrailingSlash && !isDirectory ? Errno.ENOENT
            : Errno.None;
    }

    /// <summary>The last name's own node, not what is mounted on it. Also what cannot be searched as a directory is told here.</summary>
    private static Result<PathNode> FindVictim(PathNode directory, ReadOnlySpan<byte> name) => directory.Lookup(name);
}
