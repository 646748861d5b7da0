using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>open(2), openat(2), openat2(2), creat(2), close(2), close_range(2).</summary>
public sealed class OpenCalls(FileServices services) : FileFamily(services)
{
    private const ulong ResolveOneFileSystem = 1;
    private const ulong ResolveNoMagicLinks = 2;
    private const ulong ResolveNoLinks = 4;
    private const ulong ResolveBeneath = 8;
    private const ulong ResolveInRoot = 16;
    private const ulong ResolveCached = 32;
    private const ulong ResolveKnown = 0x3f;
    private const int HowBytes = 24;
    private const uint CloseRangeUnshare = 2;
    private const uint CloseRangeCloseOnExec = 4;

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Open, Open);
        table.Add(SyscallNumber.Openat, OpenAt);
        table.Add(SyscallNumber.Openat2, OpenAt2);
        table.Add(SyscallNumber.Creat, Create);
        table.Add(SyscallNumber.Close, Close);
        table.Add(SyscallNumber.CloseRange, CloseRange, "CLOSE_RANGE_UNSHARE has no effect on threads");
    }

    private Result<long> Open(in SyscallArguments a) => Open(in a, WorkingDirectory, a.Address0, unchecked((uint)a.A1), unchecked((uint)a.A2), WalkFlags.None);

    private Result<long> OpenAt(in SyscallArguments a) => Open(in a, a.Int0, a.Address1, unchecked((uint)a.A2), unchecked((uint)a.A3), WalkFlags.None);

    private Result<long> Create(in SyscallArguments a) =>
        Open(in a, WorkingDirectory, a.Address0, (uint)(OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate), unchecked((uint)a.A1), WalkFlags.None);

    private Result<long> OpenAt2(in SyscallArguments a)
    {
        if (a.A3 < HowBytes)
        {
            return Errno.EINVAL;
        }

        if (a.A3 > PageSize.Bytes)
        {
            return Errno.E2BIG;
        }

        Span<byte> how = stackalloc byte[HowBytes];
        if (a.Space.Read(a.Address2, how) != HowBytes)
        {
            return Errno.EFAULT;
        }

        Span<byte> tail = stackalloc byte[1];
        for (ulong i = HowBytes; i < a.A3; i++)
        {
            if (a.Space.Read(a.Address2 + i, tail) != 1)
            {
                return Errno.EFAULT;
            }

            if (tail[0] != 0)
            {
                return Errno.E2BIG;
            }
        }

        ulong flags = BinaryPrimitives.ReadUInt64LittleEndian(how);
        ulong mode = BinaryPrimitives.ReadUInt64LittleEndian(how[8..]);
        ulong resolve = BinaryPrimitives.ReadUInt64LittleEndian(how[16..]);
        bool makesFile = (flags & (ulong)OpenFlags.Create) != 0 || (flags & (ulong)OpenFlags.TemporaryFile) == (ulong)OpenFlags.TemporaryFile;
        if ((flags & ~(ulong)OpenFlags.Known) != 0 || (resolve & ~ResolveKnown) != 0 || mode > ModeBits.PermissionMask || (mode != 0 && !makesFile))
        {
            return Errno.EINVAL;
        }

        const ulong BesidePath = (ulong)(
            OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec | OpenFlags.LargeFile);
        bool isMixed = (flags & (ulong)OpenFlags.Path) != 0 && (flags & ~BesidePath) != 0;
        if (isMixed || (resolve & (ResolveBeneath | ResolveInRoot)) == (ResolveBeneath | ResolveInRoot))
        {
            return Errno.EINVAL;
        }

        // All that is there is in memory, so a cached walk differs only in what it never may do.
        if ((resolve & ResolveCached) != 0 && (makesFile || (flags & (ulong)OpenFlags.Truncate) != 0))
        {
            return Errno.EAGAIN;
        }

        return Open(in a, a.Int0, a.Address1, (uint)flags, (uint)mode, RestrictionsOf(resolve));
    }

    private static WalkFlags RestrictionsOf(ulong resolve) =>
        ((resolve & ResolveOneFileSystem) != 0 ? WalkFlags.OneFileSystem : WalkFlags.None)
        | ((resolve & ResolveNoMagicLinks) != 0 ? WalkFlags.RefuseMagicLinks : WalkFlags.None)
        | ((resolve & ResolveNoLinks) != 0 ? WalkFlags.RefuseLinks | WalkFlags.RefuseMagicLinks : WalkFlags.None)
        | ((resolve & ResolveBeneath) != 0 ? WalkFlags.Beneath : WalkFlags.None)
        | ((resolve & ResolveInRoot) != 0 ? WalkFlags.InRoot : WalkFlags.None);

    private Result<long> Open(in SyscallArguments a, int directory, VirtAddr pathAddress, uint rawFlags, uint mode, WalkFlags walk)
    {
        OpenFlags flags = (OpenFlags)rawFlags & OpenFlags.Known;
        if (!FileTree.AreTogether(flags))
        {
            return Errno.EINVAL;
        }

        Errno error = ReadPath(in a, pathAddress, out PathArgument path);
        if (error != Errno.None)
        {
            return error;
        }

        // Where the walk is kept, an absolute path starts at the descriptor too, or is refused there.
        Result<PathNode> start = StartOf(in a, directory, (walk & (WalkFlags.Beneath | WalkFlags.InRoot | WalkFlags.OneFileSystem)) != 0 && !path.Text.IsEmpty ? "."u8 : path.Text);
        Result<OpenFile> opened = start.IsOk
            ? Tree.Open(a.Thread.Fs, start.Value, path.Text, flags | OpenFlags.LargeFile, mode & ModeBits.PermissionMask, walk)
            : start.Error;
        if (opened.IsOk && (flags & OpenFlags.Truncate) != 0)
        {
            DropMappedTail(in a, opened.Value.Inode);
        }

        path.Dispose();
        if (!opened.IsOk)
        {
            return opened.Error;
        }

        Result<int> added = a.Process.Files.Add(opened.Value, (flags & OpenFlags.CloseOnExec) != 0);
        if (!added.IsOk)
        {
            opened.Value.Release();
            return added.Error;
        }

        return added.Value;
    }

    private Result<long> Close(in SyscallArguments a) => Done(a.Process.Files.Close(a.Int0));

    private Result<long> CloseRange(in SyscallArguments a)
    {
        uint first = unchecked((uint)a.A0);
        uint last = unchecked((uint)a.A1);
        uint flags = unchecked((uint)a.A2);
        if ((flags & ~(CloseRangeUnshare | CloseRangeCloseOnExec)) != 0 || first > last)
        {
            return Errno.EINVAL;
        }

        // A process shares its table with nobody but its own threads: there is nothing to unshare.
        FileTable files = a.Process.Files;
        for (uint i = first; i <= last && i < (uint)files.End; i++)
        {
            if (files.Get((int)i) == null)
            {
                continue;
            }

            if ((flags & CloseRangeCloseOnExec) != 0)
            {
                files.SetCloseOnExec((int)i, true);
            }
            else
            {
                _ = files.Close((int)i); // it is there, so there is no error
            }
        }

        return 0;
    }
}
