using System.Runtime.CompilerServices;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>The permission check of path_resolution(7): owner, group or others, with the exceptions that capabilities make.</summary>
internal static class Permission
{
    /// <summary>
    /// EACCES when the mode denies it, EROFS for writing what lies on a read-only file system, EPERM for writing what never changes.
    /// </summary>
    public static Errno Check(Inode inode, FsContext context, Access wanted)
    {
        if ((wanted & Access.Write) != 0 && inode.FileSystem.IsReadOnly && inode.Type is FileType.Regular or FileType.Directory or FileType.SymbolicLink)
        {
            return Errno.EROFS;
        }

        if ((wanted & Access.Write) != 0 && inode.IsImmutable)
        {
            return Errno.EPERM;
        }

        inode.GetOwnership(out uint mode, out uint uid, out uint gid);
        bool isAllowed = IsAllowed(mode, uid, gid, context, wanted)
            || (!inode.HasStrictModes && IsOverridden(inode.IsDirectory, mode, context, wanted));
        bool isProgram = inode.Type == FileType.Regular && (wanted & Access.Execute) != 0;
        return isAllowed && !(isProgram && inode.FileSystem.ForbidsExecution) ? Errno.None : Errno.EACCES;
    }

    public static Errno Check(in InodeAttributes attributes, FsContext context, Access wanted) =>
        IsAllowed(attributes.Mode, attributes.Uid, attributes.Gid, context, wanted)
            || IsOverridden(attributes.IsDirectory, attributes.Mode, context, wanted) ? Errno.None : Errno.EACCES;

    /// <summary>Whether a name may be removed from or replaced in a directory: write and search permission, and the sticky bit.</summary>
    public static Errno CheckRemoval(Inode directory, Inode victim, FsContext context)
    {
        Errno error = Check(directory, context, Access.Write | Access.Execute);
        if (error != Errno.None)
        {
            return error;
        }

        directory.GetAttributes(out InodeAttributes holder);
        victim.GetAttributes(out InodeAttributes held);
        bool isOwner = held.Uid == context.Uid || holder.Uid == context.Uid || context.Has(Capability.FileOwner);
        return (holder.Mode & ModeBits.Sticky) != 0 && !isOwner ? Errno.EPERM : Errno.None;
    }

    /// <summary>Whether the caller may change the inode's attributes as its owner.</summary>
    public static bool IsOwner(in InodeAttributes attributes, FsContext context) => attributes.Uid == context.Uid || context.Has(Capability.FileOwner);

    /// <summary>
    /// Whether another name may be given to a file (fs.protected_hardlinks, which distributions set): to one's own, or to a plain one that one may read and write.
    /// </summary>
    public static bool MayLink(Inode inode, FsContext context)
    {
        inode.GetAttributes(out InodeAttributes attributes);
        if (IsOwner(attributes, context))
        {
            return true;
        }

        const uint GroupProgram = ModeBits.SetGroupId | ModeBits.GroupExecute;
        return inode.Type == FileType.Regular && (attributes.Mode & ModeBits.SetUserId) == 0 && (attributes.Mode & GroupProgram) != GroupProgram
            && Check(attributes, context, Access.Read | Access.Write) == Errno.None;
    }

    /// <summary>
    /// The set-id bits that a file loses when somebody without CAP_FSETID changes its contents (setattr_should_drop_suidgid); null when the mode stays.
    /// </summary>
    public static uint? ModeAfterWrite(in InodeAttributes attributes, FsContext context)
    {
        uint lost = LostSetIds(attributes.Mode);
        return attributes.Type == FileType.Regular && (attributes.Mode & lost) != 0 && !context.Has(Capability.FileSetId) ? attributes.Mode & ~lost : null;
    }

    /// <summary>What of a mode means set-user-id and set-group-id: without execution for the group that bit says something else.</summary>
    public static uint LostSetIds(uint mode) => ModeBits.SetUserId | ((mode & ModeBits.GroupExecute) != 0 ? ModeBits.SetGroupId : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsAllowed(uint mode, uint uid, uint gid, FsContext context, Access wanted)
    {
        int shift = uid == context.Uid ? 6 : context.IsInGroup(gid) ? 3 : 0;
        return ((uint)wanted & ~(mode >> shift) & 7) == 0;
    }

    /// <summary>CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (generic_permission in Linux): nobody runs a file that nobody may run.</summary>
    private static bool IsOverridden(bool isDirectory, uint mode, FsContext context, Access wanted)
    {
        bool onlyReads = isDirectory ? (wanted & Access.Write) == 0 : wanted == Access.Read;
        if (onlyReads && context.Has(Capability.DacReadSearch))
        {
            return true;
        }

        bool isRunnable = isDirectory || (wanted & Access.Execute) == 0 || (mode & ModeBits.AnyExecute) != 0;
        return isRunnable && context.Has(Capability.DacOverride);
    }
}
