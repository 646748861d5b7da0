using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>ustat(2) and sysfs(2): old questions about file systems by device and by number.</summary>
public sealed class FileSystemCalls(FileServices services) : FileFamily(services)
{
    private const int TypeCount = 6;

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Ustat, Status);
        table.Add(SyscallNumber.Sysfs, Types);
    }

    private Result<long> Status(in SyscallArguments a)
    {
        const int Bytes = 32; // struct ustat: free blocks, free inodes, two empty names
        foreach (Mount mount in Services.Tree.Mounts)
        {
            if (mount.FileSystem.Device != unchecked((uint)a.A0))
            {
                continue;
            }

            FileSystemStatistics statistics = mount.FileSystem.Statistics;
            Span<byte> status = stackalloc byte[Bytes];
            status.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(status, unchecked((uint)statistics.FreeBlocks));
            BinaryPrimitives.WriteUInt64LittleEndian(status[8..], statistics.FreeFiles);
            return a.Space.Write(a.Address1, status) == Bytes ? 0 : Errno.EFAULT;
        }

        return Errno.EINVAL;
    }

    private Result<long> Types(in SyscallArguments a)
    {
        const int IndexOf = 1;
        const int NameOf = 2;
        const int Count = 3;
        switch (a.Int0)
        {
            case IndexOf:
                return IndexOfType(in a);
            case NameOf:
                uint index = unchecked((uint)a.A1);
                return index < TypeCount ? WriteName(in a, TypeAt((int)index)) : Errno.EINVAL;
            case Count:
                return TypeCount;
            default:
                return Errno.EINVAL;
        }
    }

    private Result<long> IndexOfType(in SyscallArguments a)
    {
        Span<byte> name = stackalloc byte[16];
        int length = a.Space.ReadString(a.Address1, name);
        if (length < 0)
        {
            return Errno.EFAULT;
        }

        for (int i = 0; i < TypeCount; i++)
        {
            if (name[..length].SequenceEqual(TypeAt(i)))
            {
                return i;
            }
        }

        return Errno.EINVAL;
    }

    /// <summary>As /proc/filesystems has them.</summary>
    private static ReadOnlySpan<byte> TypeAt(int index) => index switch
    {
        0 => "sysfs"u8,
        1 => "tmpfs"u8,
        2 => "proc"u8,
        3 => "devpts"u8,
        4 => "overlay"u8,
        _ => "erofs"u8,
    };

    private static Result<long> WriteName(in SyscallArguments a, ReadOnlySpan<byte> type)
    {
        Span<byte> name = stackalloc byte[16];
        name.Clear();
        type.CopyTo(name);
        name = name[..(type.Length + 1)];
        return a.Space.Write(a.Address2, name) == name.Length ? 0 : Errno.EFAULT;
    }
}
