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
        MaximumBytes = maximumBytes;
    }

    /// <summary>What all files together may hold.</summary>
    public ulong MaximumBytes { get; }

    /// <summary>memfd_create(2): an empty file with read and write access. <paramref name="name"/> is shown as "/memfd:name (deleted)".</summary>
    public OpenFile Create(ReadOnlySpan<byte> name, MemoryFileKind kind, uint uid, uint gid)
    {
        const uint Everything = 0x1ff;
        const uint ReadAndWrite = 0x1b6;
        RamFile inode = new(_home, new NewInode(FileType.Regular, kind == MemoryFileKind.NoProgram ? ReadAndWrite : Everything, uid, gid)) { Links = 0 };
        if (kind != MemoryFileKind.Unsealable)
        {
            inode.AllowSeals(isNoProgram: kind == MemoryFileKind.NoProgram);
        }

        return Open(inode, "/memfd:"u8, name);
    }

    /// <summary>The memory of shmget(2), shown as "/SYSV00000000 (deleted)".</summary>
    public OpenFile CreateSegment(ReadOnlySpan<byte> name, uint uid, uint gid) =>
        Open(new RamFile(_home, new NewInode(FileType.Regular, 0x1b6, uid, gid)) { Links = 0 }, "/"u8, name);

    private static RegularFile Open(RamFile inode, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> suffix = " (deleted)"u8;
        byte[] shown = new byte[prefix.Length + name.Length + suffix.Length];
        prefix.CopyTo(shown);
        name.CopyTo(shown.AsSpan(prefix.Length));
        suffix.CopyTo(shown.AsSpan(prefix.Length + name.Length));
        return new RegularFile(PathNode.CreateDetached(shown, inode), OpenFlags.ReadWrite | OpenFlags.LargeFile);
    }
}
