using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>What stat(2) tells of an inode, apart from its number and its file system's device.</summary>
public struct InodeAttributes
{
    public FileType Type;

    /// <summary>Permission, set-id and sticky bits: 0 to 07777.</summary>
    public uint Mode;

    public uint Uid;
    public uint Gid;
    public uint Links;

    /// <summary>Bytes in the file; the target's length for a symbolic link.</summary>
    public ulong Size;

    /// <summary>Space used, in units of 512 bytes.</summary>
    public ulong Blocks;

    /// <summary>The device that a device file stands for (see <see cref="DeviceNumber"/>), else zero.</summary>
    public ulong Device;

    public FileTime Accessed;
    public FileTime Modified;
    public FileTime Changed;
    public FileTime Born;

    public readonly bool IsDirectory => Type == FileType.Directory;
}
