using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>What the families of file calls share: descriptors, paths and buffers out of a call's arguments.</summary>
public abstract class FileFamily(FileServices services)
{
    /// <summary>AT_FDCWD: relative to the working directory.</summary>
    protected const int WorkingDirectory = -100;

    /// <summary>AT_SYMLINK_NOFOLLOW.</summary>
    protected const uint AtNoFollow = 0x100;

    /// <summary>AT_SYMLINK_FOLLOW (linkat).</summary>
    protected const uint AtFollow = 0x400;

    /// <summary>AT_NO_AUTOMOUNT.</summary>
    protected const uint AtNoAutomount = 0x800;

    /// <summary>AT_EMPTY_PATH.</summary>
    protected const uint AtEmptyPath = 0x1000;

    /// <summary>MAX_RW_COUNT: no call moves more bytes.</summary>
    protected const ulong MaximumTransfer = 0x7fff_f000;

    protected FileServices Services { get; } = services;

    protected FileTree Tree => Services.Tree;

    /// <summary>The file of a descriptor; EBADF, also for O_PATH descriptors.</summary>
    protected static Result<OpenFile> FileOf(in SyscallArguments a, int descriptor)
    {
        OpenFile? file = a.Process.Files.Get(descriptor);
        return file == null || file.IsPathOnly ? Errno.EBADF : file;
    }

    /// <summary>The file of a descriptor, O_PATH ones included; EBADF.</summary>
    protected static Result<OpenFile> AnyFileOf(in SyscallArguments a, int descriptor)
    {
        OpenFile? file = a.Process.Files.Get(descriptor);
        return file == null ? Errno.EBADF : file;
    }

    /// <summary>Reads a path argument. EFAULT, ENAMETOOLONG. The caller disposes it.</summary>
    protected Errno ReadPath(in SyscallArguments a, VirtAddr address, out PathArgument path)
    {
        path = new PathArgument(Tree.Buffers);
        int length = a.Space.ReadString(address, path.Room);
        if (length >= 0 && length < path.Room.Length)
        {
            path.Length = length;
            return Errno.None;
        }

        path.Dispose();
        path = default;
        return length < 0 ? Errno.EFAULT : Errno.ENAMETOOLONG;
    }

    /// <summary>Where a relative path starts. EBADF and ENOTDIR do not matter for absolute paths.</summary>
    protected static Result<PathNode> StartOf(in SyscallArguments a, int directory, ReadOnlySpan<byte> path)
    {
        if (directory == WorkingDirectory || (!path.IsEmpty && path[0] == '/'))
        {
            return a.Thread.Fs.WorkingDirectory;
        }

        OpenFile? file = a.Process.Files.Get(directory);
        if (file == null)
        {
            return path.IsEmpty ? Errno.ENOENT : Errno.EBADF;
        }

        return file.Path.IsDirectory || path.IsEmpty ? file.Path : Errno.ENOTDIR;
    }

    /// <summary>The node of a path argument relative to a directory descriptor, with AT_EMPTY_PATH if the flags have it.</summary>
    protected Result<PathNode> NodeOf(in SyscallArguments a, int directory, VirtAddr pathAddress, uint atFlags, WalkFlags walk) =>
        NodeOf(in a, a.Thread.Fs, directory, pathAddress, atFlags, walk);

    /// <summary>The same, found with the rights of <paramref name="context"/>.</summary>
    protected Result<PathNode> NodeOf(in SyscallArguments a, FsContext context, int directory, VirtAddr pathAddress, uint atFlags, WalkFlags walk)
    {
        Errno error = ReadPath(in a, pathAddress, out PathArgument path);
        if (error != Errno.None)
        {
            return error;
        }

        Result<PathNode> node = NodeOf(in a, context, directory, path.Text, atFlags, walk);
        path.Dispose();
        return node;
    }

    protected Result<PathNode> NodeOf(in SyscallArguments a, int directory, ReadOnlySpan<byte> path, uint atFlags, WalkFlags walk) =>
        NodeOf(in a, a.Thread.Fs, directory, path, atFlags, walk);

    private Result<PathNode> NodeOf(in SyscallArguments a, FsContext context, int directory, ReadOnlySpan<byte> path, uint atFlags, WalkFlags walk)
    {
        if (path.IsEmpty && (atFlags & AtEmptyPath) != 0)
        {
            if (directory == WorkingDirectory)
            {
                return a.Thread.Fs.WorkingDirectory;
            }

            OpenFile? file = a.Process.Files.Get(directory);
            return file == null ? Errno.EBADF : file.Path;
        }

        Result<PathNode> start = StartOf(in a, directory, path);
        return start.IsOk ? Tree.Resolve(context, start.Value, path, walk) : start;
    }

    /// <summary>
    /// Whether so many bytes lie within all offsets, whatever the file is (rw_verify_area): EINVAL; EOVERFLOW for what would go on at the
    /// beginning, where offsets are addresses.
    /// </summary>
    protected static Errno CheckPlace(OpenFile file, ulong offset, ulong count) => IsRarePlace(offset, count) ? CheckRarePlace(file, offset, count) : Errno.None;

    /// <summary>Whether <see cref="CheckPlace"/> has to look at the file.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    protected static bool IsRarePlace(ulong offset, ulong count) => unchecked((long)(offset | count | (offset + count))) < 0;

    /// <summary>Where bytes are moved: at an offset that was given, or at the file's own.</summary>
    protected static ulong PlaceOf(OpenFile file, long? offset) => offset is long given ? unchecked((ulong)given) : file.Position;

    protected static Errno CheckRarePlace(OpenFile file, ulong offset, ulong count)
    {
        if (!file.HasWideOffsets || count > long.MaxValue)
        {
            return Errno.EINVAL;
        }

        return offset > long.MaxValue && count >= unchecked(0 - offset) ? Errno.EOVERFLOW : Errno.None;
    }

    /// <summary>A file's contents were changed: without CAP_FSETID its set-id bits go. There are none on nearly all files, and nearly all callers may keep them.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    protected static void NoteWritten(in SyscallArguments a, OpenFile file, in Result<long> written)
    {
        if (!a.Thread.Fs.Has(Capability.FileSetId) && written.IsOk && written.Value > 0)
        {
            DropSetIds(in a, file);
        }
    }

    [MayAllocate("only for callers who dropped a capability")]
    private static void DropSetIds(in SyscallArguments a, OpenFile file) => _ = FileTree.DropSetIds(a.Thread.Fs, file.Inode);

    /// <summary>A file may have become shorter: no process keeps pages of it mapped that lie behind its end.</summary>
    protected static void DropMappedTail(in SyscallArguments a, Inode inode)
    {
        PageSource? pages = inode.Pages;
        if (pages == null)
        {
            return;
        }

        foreach (Process process in a.Process.Host.Processes)
        {
            process.Memory.DropBehind(pages, inode.Size);
        }
    }

    /// <summary>Pages of a file were freed or replaced (fallocate(2)): shared mappings take the new ones.</summary>
    protected static void DropMappedPages(in SyscallArguments a, Inode inode, ulong firstPage, ulong endPage)
    {
        if (inode.Pages is not PageSource pages)
        {
            return;
        }

        foreach (Process process in a.Process.Host.Processes)
        {
            process.Memory.DropPages(pages, firstPage, endPage);
        }
    }

    /// <summary>Reads a 64-bit word of the program; false is EFAULT.</summary>
    protected static bool TryReadLong(AddressSpace space, VirtAddr address, out long value) => space.TryRead(address, out value);

    /// <summary>Reads a struct timespec (two 64-bit words). EFAULT, EINVAL for nanoseconds out of range unless they are UTIME_NOW or UTIME_OMIT.</summary>
    protected static Errno ReadTimePair(AddressSpace space, VirtAddr address, out long first, out long second)
    {
        Span<byte> bytes = stackalloc byte[16];
        first = 0;
        second = 0;
        if (space.Read(address, bytes) != bytes.Length)
        {
            return Errno.EFAULT;
        }

        first = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        second = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        return Errno.None;
    }

    protected static bool TryWriteTimePair(AddressSpace space, VirtAddr address, long first, long second)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, first);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], second);
        return space.Write(address, bytes) == bytes.Length;
    }

    /// <summary>A call without a value: 0 or the error.</summary>
    protected static Result<long> Done(Errno error) => error == Errno.None ? 0L : error;
}
