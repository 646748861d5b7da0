namespace Mote.Kernel.Vfs;

/// <summary>A tree of inodes that can be mounted, once.</summary>
public abstract class FileSystem
{
    /// <summary>The name in /proc/filesystems and /proc/mounts: "erofs", "tmpfs", "proc".</summary>
    public abstract string TypeName { get; }

    /// <summary>The f_type of statfs(2): TMPFS_MAGIC and so on (linux/magic.h).</summary>
    public abstract uint Magic { get; }

    public abstract Inode Root { get; }

    /// <summary>True when every change fails with EROFS.</summary>
    public virtual bool IsReadOnly => false;

    /// <summary>Whether nothing on it may be run, whatever its mode (noexec, which is how it is mounted).</summary>
    public virtual bool ForbidsExecution => false;

    /// <summary>Whether nobody can make a name in it: where there is none, making one is ENOENT as any other use (/proc).</summary>
    public virtual bool HasFixedNames => false;

    /// <summary>
    /// How far the position of a directory may go where it is a place as in a file; null where it is a cookie (dcache_dir_lseek).
    /// </summary>
    public virtual long? LargestDirectoryOffset => null;

    /// <summary>Whether a name that was found stays valid until it is removed through the file tree. False for /proc, whose names come and go by themselves.</summary>
    public virtual bool CachesNames => true;

    /// <summary>Whether pages that mappings wrote are clean again after fsync(2) and msync(2), as on a disk: the next write moves the file's times again. Not so on tmpfs.</summary>
    public virtual bool WritesBack => false;

    /// <summary>The st_dev of its files; given when it is mounted.</summary>
    public ulong Device { get; internal set; }

    public virtual FileSystemStatistics Statistics => new() { BlockSize = 4096 };
}
