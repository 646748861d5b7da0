using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

// statx(2).
public sealed partial class StatusCalls
{
    private const int StatxBytes = 256;
    private const uint StatxBasicAndBirth = 0xfff;
    private const uint StatxMountId = 0x1000;
    private const ulong AttributeMountRoot = 0x2000;
    private const uint StatxReserved = 0x8000_0000;

    private Result<long> ExtendedStatus(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.A2);
        uint mask = unchecked((uint)a.A3);
        if ((flags & ~(AtNoFollow | AtNoAutomount | AtEmptyPath | AtStatxSyncType)) != 0 || (flags & AtStatxSyncType) == AtStatxSyncType || (mask & StatxReserved) != 0)
        {
            return Errno.EINVAL;
        }

        Result<PathNode> node = NodeOf(in a, a.Int0, a.Address1, flags, (flags & AtNoFollow) != 0 ? WalkFlags.None : WalkFlags.Follow);
        if (!node.IsOk)
        {
            return node.Error;
        }

        Inode inode = node.Value.Inode;
        inode.GetAttributes(out InodeAttributes attributes);
        Span<byte> bytes = stackalloc byte[StatxBytes];
        bytes.Clear();
        int mount = Tree.MountIdOf(node.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, StatxBasicAndBirth | (mount > 0 ? StatxMountId : 0));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], node.Value.MountPoint != null || node.Value == Tree.Root ? AttributeMountRoot : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[56..], AttributeMountRoot);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[144..], (ulong)mount);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], PageSize.Bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], attributes.Links);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], attributes.Uid);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], attributes.Gid);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[28..], (ushort)((uint)attributes.Type | attributes.Mode));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], inode.Number);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[40..], attributes.Size);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[48..], attributes.Blocks);
        WriteTime(bytes[64..], attributes.Accessed);
        WriteTime(bytes[80..], attributes.Born);
        WriteTime(bytes[96..], attributes.Changed);
        WriteTime(bytes[112..], attributes.Modified);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[128..], DeviceNumber.Major(attributes.Device));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[132..], DeviceNumber.Minor(attributes.Device));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[136..], DeviceNumber.Major(inode.FileSystem.Device));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[140..], DeviceNumber.Minor(inode.FileSystem.Device));
        return a.Space.Write(a.Address4, bytes) == StatxBytes ? 0 : Errno.EFAULT;
    }

    private static void WriteTime(Span<byte> bytes, FileTime time)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, time.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], time.Nanoseconds);
    }
}
