using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>
/// A file, directory, link or device of a file system. The file tree checks names, types, permissions and mounts before it calls; what is here
/// does the work. A file system overrides what it has: the defaults are those of a read-only file system, or of the wrong type of file.
/// </summary>
public abstract partial class Inode
{
    private int _openCount;

    protected Inode(FileSystem fileSystem, ulong number, FileType type)
    {
        FileSystem = fileSystem;
        Number = number;
        Type = type;
    }

    public FileSystem FileSystem { get; }

    /// <summary>st_ino: unique within the file system.</summary>
    public ulong Number { get; }

    public FileType Type { get; }

    public bool IsDirectory => Type == FileType.Directory;

    public bool IsSymbolicLink => Type == FileType.SymbolicLink;

    /// <summary>Whether nobody may write it, whatever its mode and their rights (S_IMMUTABLE): EPERM.</summary>
    public virtual bool IsImmutable => false;

    /// <summary>Whether its mode holds for those too whose capabilities override modes: settings below /proc/sys.</summary>
    public virtual bool HasStrictModes => false;

    /// <summary>Bytes in the file now.</summary>
    public abstract ulong Size { get; }

    /// <summary>The pages of a regular file (or of a device that can be mapped); null when it has none.</summary>
    public virtual PageSource? Pages => null;

    /// <summary>POSIX record locks and flock(2) locks on the file; made when first used.</summary>
    public FileLocks? Locks { get; set; }

    /// <summary>How long writes are expected to live (RWH_WRITE_LIFE_*): a hint of F_SET_RW_HINT.</summary>
    public byte Lifetime { get; set; }

    /// <summary>Open descriptions on the inode.</summary>
    public int OpenCount => _openCount;

    /// <summary>All that stat(2) tells.</summary>
    public abstract void GetAttributes(out InodeAttributes attributes);

    /// <summary>What a permission check asks for, of the attributes: each directory on a path's way is checked so.</summary>
    public virtual void GetOwnership(out uint mode, out uint uid, out uint gid)
    {
        GetAttributes(out InodeAttributes attributes);
        mode = attributes.Mode;
        uid = attributes.Uid;
        gid = attributes.Gid;
    }

    /// <summary>Changes attributes and the change time. Errors: EROFS, ENOMEM, EIO.</summary>
    public virtual Errno SetAttributes(in AttributeChanges changes) => Errno.EROFS;

    /// <summary>
    /// Makes an open description of the inode at <paramref name="path"/>. Called after all checks; truncation is done by the caller. The default serves regular files
    /// and directories. Errors: ENXIO (a socket, a device without driver), ENOMEM; a FIFO may block (EINTR).
    /// </summary>
    public virtual Result<OpenFile> Open(PathNode path, OpenFlags flags) => Type switch
    {
        FileType.Regular => new RegularFile(path, flags),
        FileType.Directory => new DirectoryFile(path, flags),
        _ => Errno.ENXIO,
    };

    /// <summary>
    /// Reads a regular file from <paramref name="offset"/>; returns the bytes read, 0 at the end. Errors: EFAULT when nothing could be copied, EIO.
    /// The default copies from <see cref="Pages"/>.
    /// </summary>
    public virtual Result<long> ReadAt(ulong offset, ref DataSink to)
    {
        PageSource? pages = Pages;
        return pages == null ? Errno.EINVAL : pages.CopyTo(offset, ref to);
    }

    /// <summary>Writes to a regular file, making it longer when need be; returns the bytes written. Errors: EFAULT, ENOSPC, EFBIG, EROFS.</summary>
    public virtual Result<long> WriteAt(ulong offset, ref DataSource from) => Errno.EROFS;

    /// <summary>Sets the size of a regular file; what is added is zero. Errors: EFBIG, EROFS, EINVAL (not a regular file), EPERM (sealed).</summary>
    public virtual Errno Truncate(ulong size) => Type == FileType.Regular ? Errno.EROFS : Errno.EINVAL;

    /// <summary>fallocate(2) with its mode bits. Errors: EOPNOTSUPP, ENOSPC, ...</summary>
    public virtual Errno Allocate(uint mode, ulong offset, ulong length) => Errno.EOPNOTSUPP;

    /// <summary>The next data (or hole) at or after an offset within the file: lseek's SEEK_DATA and SEEK_HOLE. ENXIO when there is none.</summary>
    public virtual Result<ulong> FindExtent(ulong offset, bool hole) =>
        offset >= Size ? Errno.ENXIO : hole ? Size : offset;

    /// <summary>The F_SEAL_ bits of a memory file (memfd_create(2)). EINVAL for what cannot be sealed.</summary>
    public virtual Result<uint> GetSeals() => Errno.EINVAL;

    /// <summary>Adds seals; EPERM once F_SEAL_SEAL is among them.</summary>
    public virtual Errno AddSeals(uint seals) => Errno.EINVAL;

    /// <summary>The target of a symbolic link, without NUL; cut when the buffer is short. Returns its length.</summary>
    public virtual Result<int> ReadLink(Span<byte> target) => Errno.EINVAL;

    /// <summary>Where a link of /proc leads that is more than a text (/proc/self/fd/N, exe, cwd, root); null for all others.</summary>
    public virtual PathNode? MagicTarget => null;

    /// <summary>The inode was read through a file; updates the access time where the file system keeps it.</summary>
    public virtual void Touch()
    {
    }

    /// <summary>The last open description went away: an inode without links frees its contents.</summary>
    protected virtual void OnLastClose()
    {
    }

    /// <summary>The inode was written through a mapping (file_update_time in Linux): its times move.</summary>
    public virtual void MarkWritten()
    {
    }

    internal void AddOpen() => _openCount++;

    internal void RemoveOpen()
    {
        if (--_openCount == 0)
        {
            OnLastClose();
        }
    }
}
