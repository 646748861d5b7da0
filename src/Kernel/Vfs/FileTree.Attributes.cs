using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

// access(2), chmod(2), chown(2), utimensat(2), truncate(2) on a node that was found.
public sealed partial class FileTree
{
    /// <summary>Whether the caller may do all that is wanted; <see cref="Access.None"/> only asks whether it exists.</summary>
    public static Errno CheckAccess(FsContext context, PathNode node, Access wanted) =>
        wanted == Access.None ? Errno.None : Permission.Check(node.Inode, context, wanted);

    /// <summary>chmod(2). EPERM for all but the owner and CAP_FOWNER, EROFS.</summary>
    public static Errno ChangeMode(FsContext context, PathNode node, uint mode)
    {
        Inode inode = node.Inode;
        if (inode.FileSystem.IsReadOnly)
        {
            return Errno.EROFS;
        }

        inode.GetAttributes(out InodeAttributes attributes);
        if (!Permission.IsOwner(attributes, context))
        {
            return Errno.EPERM;
        }

        mode &= ModeBits.PermissionMask;
        if (!context.IsInGroup(attributes.Gid) && !context.Has(Capability.FileSetId))
        {
            mode &= ~ModeBits.SetGroupId;
        }

        return Change(node, new AttributeChanges { Mode = mode }, FileEvents.Attributes);
    }

    /// <summary>chown(2); null leaves an id. Only CAP_CHOWN gives files away; an owner may choose among its groups. Set-id bits go.</summary>
    public static Errno ChangeOwner(FsContext context, PathNode node, uint? uid, uint? gid)
    {
        Inode inode = node.Inode;
        if (inode.FileSystem.IsReadOnly)
        {
            return Errno.EROFS;
        }

        inode.GetAttributes(out InodeAttributes attributes);
        if (!context.Has(Capability.ChangeOwner))
        {
            bool isOwner = attributes.Uid == context.Uid;
            bool mayUser = uid == null || (isOwner && uid == attributes.Uid);
            bool mayGroup = gid == null || (isOwner && (gid == attributes.Gid || context.IsInGroup(gid.Value)));
            if (!mayUser || !mayGroup)
            {
                return Errno.EPERM;
            }
        }

        AttributeChanges changes = new() { Uid = uid, Gid = gid };
        if (inode.Type == FileType.Regular)
        {
            uint lost = Permission.LostSetIds(attributes.Mode);
            if ((attributes.Mode & lost) != 0)
            {
                if (!Permission.IsOwner(attributes, context))
                {
                    return Errno.EPERM; // even when no owner changes, the mode does
                }

                changes.Mode = attributes.Mode & ~lost;
            }
        }

        return Change(node, changes, FileEvents.Attributes);
    }

    /// <summary>utimensat(2): null leaves a time. <paramref name="isNow"/>: both are the present, for which write permission is enough.</summary>
    public static Errno ChangeTimes(FsContext context, PathNode node, FileTime? accessed, FileTime? modified, bool isNow)
    {
        Inode inode = node.Inode;
        if (inode.FileSystem.IsReadOnly)
        {
            return Errno.EROFS;
        }

        if (accessed == null && modified == null)
        {
            return Errno.None;
        }

        if (inode.IsImmutable)
        {
            return Errno.EPERM;
        }

        inode.GetAttributes(out InodeAttributes attributes);
        if (!Permission.IsOwner(attributes, context))
        {
            Errno error = isNow ? Permission.Check(attributes, context, Access.Write) : Errno.EPERM;
            if (error != Errno.None)
            {
                return error;
            }
        }

        FileEvents events = modified == null ? FileEvents.Access : accessed == null ? FileEvents.Modify : FileEvents.Attributes;
        return Change(node, new AttributeChanges { Accessed = accessed, Modified = modified }, events);
    }

    /// <summary>truncate(2) on a path's node.</summary>
    public static Errno Truncate(FsContext context, PathNode node, ulong size)
    {
        if (node.IsDirectory)
        {
            return Errno.EISDIR;
        }

        if (node.Inode.Type != FileType.Regular)
        {
            return Errno.EINVAL;
        }

        Errno error = Permission.Check(node.Inode, context, Access.Write);
        if (error == Errno.None)
        {
            error = node.Inode.IsRunning ? Errno.ETXTBSY : node.Inode.Truncate(size);
        }

        if (error == Errno.None)
        {
            error = DropSetIds(context, node.Inode);
        }

        if (error == Errno.None)
        {
            FileNotices.Post(node, FileEvents.Modify);
        }

        return error;
    }

    /// <summary>The contents of a file were changed: it loses its set-id bits unless the caller may keep them (file_remove_privs).</summary>
    public static Errno DropSetIds(FsContext context, Inode inode)
    {
        if (inode.Type != FileType.Regular)
        {
            return Errno.None;
        }

        inode.GetAttributes(out InodeAttributes attributes);
        return Permission.ModeAfterWrite(attributes, context) is uint mode ? inode.SetAttributes(new AttributeChanges { Mode = mode }) : Errno.None;
    }

    /// <summary>Whether the caller may do what only owners may: O_NOATIME and the like.</summary>
    public static bool IsOwner(FsContext context, Inode inode)
    {
        inode.GetAttributes(out InodeAttributes attributes);
        return Permission.IsOwner(attributes, context);
    }

    /// <summary>In a sticky directory only the owner sets attributes of the user namespace (xattr(7)).</summary>
    public static bool MayMarkDirectory(FsContext context, Inode directory)
    {
        directory.GetAttributes(out InodeAttributes attributes);
        return (attributes.Mode & ModeBits.Sticky) == 0 || Permission.IsOwner(attributes, context);
    }

    private static Errno Change(PathNode node, in AttributeChanges changes, FileEvents events)
    {
        Errno error = node.Inode.SetAttributes(changes);
        if (error == Errno.None)
        {
            FileNotices.Post(node, events);
        }

        return error;
    }
}
