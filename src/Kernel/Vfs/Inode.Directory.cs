using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

// What a directory can do. Names are 1 to 255 bytes without '/' and NUL, never "." or "..".
public abstract partial class Inode
{
    /// <summary>The inode of a name. ENOENT when there is none; EIO for a corrupt image.</summary>
    public virtual Result<Inode> Lookup(ReadOnlySpan<byte> name) => Errno.ENOTDIR;

    /// <summary>
    /// Offers entries to the sink, from a position on: zero, or a value that the sink was given as the next. "." and ".." are not among them.
    /// Entries that are there all the time come exactly once; those made or removed meanwhile may come or not.
    /// </summary>
    public virtual Errno ReadDirectory(ulong position, DirectorySink sink) => Errno.ENOTDIR;

    /// <summary>Makes a file, directory or special file under a name that is free. Errors: ENOSPC, ENOMEM, EMLINK, EROFS.</summary>
    public virtual Result<Inode> Create(ReadOnlySpan<byte> name, in NewInode what) => Errno.EROFS;

    /// <summary>Makes a symbolic link under a name that is free.</summary>
    public virtual Result<Inode> CreateLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, in NewInode what) => Errno.EROFS;

    /// <summary>Makes a regular file without a name (O_TMPFILE).</summary>
    public virtual Result<Inode> CreateUnnamed(in NewInode what) => FileSystem.IsReadOnly ? Errno.EROFS : Errno.EOPNOTSUPP;

    /// <summary>Gives a file of this file system another name, which is free. Errors: EMLINK, EROFS, ENOENT (the file was removed meanwhile).</summary>
    public virtual Errno Link(ReadOnlySpan<byte> name, Inode target) => Errno.EROFS;

    /// <summary>Removes the name of something that is no directory.</summary>
    public virtual Errno Unlink(ReadOnlySpan<byte> name, Inode target) => Errno.EROFS;

    /// <summary>Removes a directory: ENOTEMPTY when it has entries.</summary>
    public virtual Errno RemoveDirectory(ReadOnlySpan<byte> name, Inode target) => Errno.EROFS;

    /// <summary>
    /// Moves a name of this directory to another directory of the file system, in place of <paramref name="replaced"/> when that is not null
    /// (its type fits; ENOTEMPTY for a directory with entries). With <see cref="RenameFlags.Exchange"/> the two change places.
    /// </summary>
    public virtual Errno Rename(ReadOnlySpan<byte> name, Inode moved, Inode newDirectory, ReadOnlySpan<byte> newName, Inode? replaced, RenameFlags flags) => Errno.EROFS;
}
