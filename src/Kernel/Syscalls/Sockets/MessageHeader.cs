using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Sockets;

/// <summary>struct msghdr of sendmsg(2) as it lies in a program's memory.</summary>
internal readonly struct MessageHeader
{
    /// <summary>Its size on x86-64.</summary>
    public const int Bytes = 56;

    /// <summary>Where recvmsg(2) puts msg_namelen, msg_controllen and msg_flags.</summary>
    public const int NameLengthOffset = 8;

    public const int ControlLengthOffset = 40;
    public const int FlagsOffset = 48;

    private const int MaximumName = 128;
    private const ulong MaximumVectors = 1024;

    public VirtAddr Name { get; private init; }

    /// <summary>At most sizeof(struct sockaddr_storage).</summary>
    public int NameLength { get; private init; }

    public VirtAddr Vectors { get; private init; }

    public int VectorCount { get; private init; }

    /// <summary>More pieces than a call takes: EMSGSIZE, after errors of the name.</summary>
    public bool HasTooMany { get; private init; }

    public VirtAddr Control { get; private init; }

    public ulong ControlLength { get; private init; }

    /// <summary>EFAULT, EINVAL for a negative length of the name.</summary>
    public static Errno Read(AddressSpace space, VirtAddr address, out MessageHeader header)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        header = default;
        if (space.Read(address, bytes) != Bytes)
        {
            return Errno.EFAULT;
        }

        VirtAddr name = new(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        int nameLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[NameLengthOffset..]);
        ulong count = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        if (nameLength < 0 && name.Value != 0)
        {
            return Errno.EINVAL;
        }

        header = new MessageHeader
        {
            Name = name,
            NameLength = name.Value == 0 ? 0 : Math.Min(nameLength, MaximumName),
            Vectors = new VirtAddr(BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])),
            VectorCount = (int)Math.Min(count, MaximumVectors),
            HasTooMany = count > MaximumVectors,
            Control = new VirtAddr(BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..])),
            ControlLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes[ControlLengthOffset..]),
        };
        return Errno.None;
    }
}
