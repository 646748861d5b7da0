using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>The permission check of path_resolution(7): owner, group or others, with root's exceptions.</summary>
internal static class Permission
{
    /// <summary>EACCES when the mode denies it, EROFS for writing what lies on a read-only file system.</summary>
    public static Errno Check(Inode inode, FsContext context, Access wanted)
    {
        if ((wanted & Access.Write) != 0 && inode.FileSystem.IsReadOnly && inode.Type is FileType.Regular or FileType.Directory or FileType.SymbolicLink)
        {
            return Errno.EROFS;
        }

        inode.GetAttributes(out InodeAttributes attributes);
        return Check(attributes, context, wanted);
    }

    public static Errno Check(in InodeAttributes attributes, FsContext context, Access wanted)
    {
        if (context.IsPrivileged)
        {
            // Root may not execute a file that nobody may.
            bool denied = (wanted & Access.Execute) != 0 && !attributes.IsDirectory && (attributes.Mode & ModeBits.AnyExecute) == 0;
            return denied ? Errno.EACCES : Errno.None;
        }

        int shift = attributes.Uid == context.Uid ? 6 : context.IsInGroup(attributes.Gid) ? 3 : 0;
        return ((uint)wanted & ~(attributes.Mode >> shift) & 7) == 0 ? Errno.None : Errno.EACCES;
    }

    /// <summary>Whether a name may be removed from or replaced in a directory: write and search permission, and the sticky bit.</summary>
    public static Errno CheckRemoval(Inode directory, Inode victim, FsContext context)
    {
        if (context.IsPrivileged)
        {
            return directory.FileSystem.IsReadOnly ? Errno.EROFS : Errno.None;
        }

        Errno error = Check(directory, context, Access.Write | Access.Execute);
        if (error != Errno.None)
        {
            return error;
        }

        directory.GetAttributes(out InodeAttributes holder);
        victim.GetAttributes(out InodeAttributes held);
        bool isOwner = held.Uid == context.Uid || holder.Uid == context.Uid;
        return (holder.Mode & ModeBits.Sticky) != 0 && !isOwner ? Errno.EPERM : Errno.None;
    }

    /// <summary>Whether the caller may change the inode's attributes as its owner.</summary>
    public static bool IsOwner(in InodeAttributes attributes, FsContext context) => context.IsPrivileged || attributes.Uid == context.Uid;
}
