using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Ram;

/// <summary>Files that are only memory: memfd_create(2) and shared anonymous mappings.</summary>
public sealed class MemoryFiles
{
    private readonly RamFileSystem _home;

    /// <summary>Keeps the files in a tmpfs of its own, of up to <paramref name="maximumBytes"/>.</summary>
    public MemoryFiles(FileClock clock, DeviceTable devices, ulong maximumBytes)
    {
        _home = new RamFileSystem(clock, devices, maximumBytes, 0x1ff);
    }

    /// <summary>memfd_create(2): an empty file with read and write access. <paramref name="name"/> is shown as "/memfd:name (deleted)".</summary>
    public OpenFile Create(ReadOnlySpan<byte> name, bool allowSeals, uint uid, uint gid)
    {
        RamFile inode = new(_home, new NewInode(FileType.Regular, 0x1ff, uid, gid)) { Links = 0 };
        if (allowSeals)
        {
            inode.AllowSeals();
        }

        byte[] shown = new byte[name.Length + 17];
        "/memfd:"u8.CopyTo(shown);
        name.CopyTo(shown.AsSpan(7));
        " (deleted)"u8.CopyTo(shown.AsSpan(7 + name.Length));
        return new RegularFile(PathNode.CreateDetached(shown, inode), OpenFlags.ReadWrite | OpenFlags.LargeFile);
    }
}
