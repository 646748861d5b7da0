using System;
using Mote.Abi.Linux;
using Mote.Kernel.Fs.Ram;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Dev;

/// <summary>
/// /dev: a file system in memory with the usual device files (Documentation/admin-guide/devices.txt) and links; /dev/shm and /dev/pts are directories of it.
/// </summary>
public static class DeviceFiles
{
    private const uint MemoryMajor = 1;
    private const uint TerminalMajor = 5;

    /// <summary>Gives the drivers their numbers. <paramref name="console"/> is where /dev/console writes to.</summary>
    public static void AddDrivers(DeviceTable devices, FileTree tree, ConsolePort console, RandomSource random)
    {
        devices.Add(MemoryMajor, 3, new NullDevice());
        devices.Add(MemoryMajor, 5, new ZeroDevice(isFull: false));
        devices.Add(MemoryMajor, 7, new ZeroDevice(isFull: true));
        devices.Add(MemoryMajor, 8, new RandomDevice(random, tree.Buffers, new WaitQueue()));
        devices.Add(MemoryMajor, 9, new RandomDevice(random, tree.Buffers, readiness: null));
        devices.Add(TerminalMajor, 1, new ConsoleDevice(tree, console));
    }

    /// <summary>Makes the file system that is mounted on /dev. Its size is that of its names: a few pages.</summary>
    public static Result<FileSystem> Create(FileClock clock, DeviceTable devices)
    {
        RamFileSystem fileSystem = new(clock, devices, 64 << 20, 0x1ed);
        Inode root = fileSystem.Root;
        Errno error = AddDevice(root, "null"u8, MemoryMajor, 3, 0x1b6);
        error = error == Errno.None ? AddDevice(root, "zero"u8, MemoryMajor, 5, 0x1b6) : error;
        error = error == Errno.None ? AddDevice(root, "full"u8, MemoryMajor, 7, 0x1b6) : error;
        error = error == Errno.None ? AddDevice(root, "random"u8, MemoryMajor, 8, 0x1b6) : error;
        error = error == Errno.None ? AddDevice(root, "urandom"u8, MemoryMajor, 9, 0x1b6) : error;
        error = error == Errno.None ? AddDevice(root, "tty"u8, TerminalMajor, 0, 0x1b6) : error;
        error = error == Errno.None ? AddDevice(root, "console"u8, TerminalMajor, 1, 0x190) : error;
        error = error == Errno.None ? AddLink(root, "fd"u8, "/proc/self/fd"u8) : error;
        error = error == Errno.None ? AddLink(root, "stdin"u8, "/proc/self/fd/0"u8) : error;
        error = error == Errno.None ? AddLink(root, "stdout"u8, "/proc/self/fd/1"u8) : error;
        error = error == Errno.None ? AddLink(root, "stderr"u8, "/proc/self/fd/2"u8) : error;
        error = error == Errno.None ? AddDirectory(root, "shm"u8, 0x3ff) : error;
        error = error == Errno.None ? AddDirectory(root, "pts"u8, 0x1ed) : error;
        error = error == Errno.None ? AddDirectory(root, "mqueue"u8, 0x3ff) : error;
        return error == Errno.None ? fileSystem : error;
    }

    private static Errno AddDevice(Inode root, ReadOnlySpan<byte> name, uint major, uint minor, uint mode) =>
        root.Create(name, new NewInode(FileType.CharacterDevice, mode, 0, 0, DeviceNumber.Make(major, minor))).Error;

    private static Errno AddLink(Inode root, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target) =>
        root.CreateLink(name, target, new NewInode(FileType.SymbolicLink, 0x1ff, 0, 0)).Error;

    private static Errno AddDirectory(Inode root, ReadOnlySpan<byte> name, uint mode) =>
        root.Create(name, new NewInode(FileType.Directory, mode, 0, 0)).Error;
}
