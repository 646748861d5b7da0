using System;
using Mote.Abi.Linux;
using Mote.Kernel.Fs.Dev;
using Mote.Kernel.Fs.Proc;
using Mote.Kernel.Fs.Ram;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Image;

/// <summary>The tree of files that a program finds: the image with a writable layer over it, and /dev, /proc, /sys, /tmp, /run, /dev/shm.</summary>
internal sealed class FileSystems
{
    private readonly DeviceTable _devices = new();

    /// <summary>Lays the writable layer over the image. Each file system in memory may take up to half of the machine's.</summary>
    public FileSystems(FileSystem image, FileClock clock)
    {
        Tree = new FileTree(new RamFileSystem(clock, _devices, Half, image), clock);
        MemoryFiles = new MemoryFiles(clock, _devices, Half);
    }

    public FileTree Tree { get; }

    /// <summary>Where memfd_create(2) makes its files.</summary>
    public MemoryFiles MemoryFiles { get; }

    private static ulong Half => MemoryStatistics.TotalBytes / 2;

    /// <summary>Mounts the others. <paramref name="output"/> is what /dev/console writes to.</summary>
    public Errno Mount(ProcessHost host, SystemIdentity identity, ConsolePort output, RandomSource random)
    {
        DeviceFiles.AddDrivers(_devices, Tree, output, random);
        Result<FileSystem> dev = DeviceFiles.Create(Tree.Clock, _devices);
        if (!dev.IsOk)
        {
            return dev.Error;
        }

        Errno error = MountAt("/dev"u8, dev.Value);
        error = error == Errno.None ? MountAt("/proc"u8, new ProcFileSystem(Tree, host, identity)) : error;
        error = error == Errno.None ? MountAt("/sys"u8, new SysFileSystem(Tree.Clock)) : error;
        error = error == Errno.None ? MountAt("/tmp"u8, NewTemporary(0x3ff)) : error;
        error = error == Errno.None ? MountAt("/run"u8, NewTemporary(0x1ed)) : error;
        return error == Errno.None ? MountAt("/dev/shm"u8, NewTemporary(0x3ff)) : error;
    }

    private RamFileSystem NewTemporary(uint mode) => new(Tree.Clock, _devices, Half, mode);

    /// <summary>Mounts a file system, on a directory that is made when the image has none.</summary>
    private Errno MountAt(ReadOnlySpan<byte> path, FileSystem fileSystem)
    {
        Errno error = Tree.MakeDirectory(new FsContext(Tree.Root), Tree.Root, path, 0x1ed);
        return error is Errno.None or Errno.EEXIST ? Tree.MountAt(path, fileSystem, "rw,relatime") : error;
    }
}
