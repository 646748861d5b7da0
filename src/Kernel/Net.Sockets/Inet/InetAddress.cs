using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>struct sockaddr_in and sockaddr_in6 (ip(7), ipv6(7)).</summary>
internal static class InetAddress
{
    public const int V4Bytes = 16;
    public const int V6Bytes = 28;

    /// <summary>SIN6_LEN_RFC2133: without the scope.</summary>
    private const int ShortV6Bytes = 24;

    /// <summary>Reads an address for a socket of a family. EINVAL when it is too short, EAFNOSUPPORT when it is of another family.</summary>
    public static Errno Read(ReadOnlySpan<byte> name, AddressFamily family, out EndpointAddress address, bool takesUnspecified = false)
    {
        address = default;
        if (name.Length < (family == AddressFamily.Inet ? V4Bytes : ShortV6Bytes))
        {
            return Errno.EINVAL;
        }

        AddressFamily given = (AddressFamily)BinaryPrimitives.ReadUInt16LittleEndian(name);
        if (given != family && !(takesUnspecified && given == AddressFamily.Unspecified))
        {
            return Errno.EAFNOSUPPORT;
        }

        ushort port = BinaryPrimitives.ReadUInt16BigEndian(name[2..]);
        address = family == AddressFamily.Inet
            ? new EndpointAddress(IpAddress.ReadV4(name[4..]), port)
            : new EndpointAddress(IpAddress.ReadV6(name[8..]), port, name.Length >= V6Bytes ? BinaryPrimitives.ReadInt32LittleEndian(name[24..]) : 0);
        return Errno.None;
    }

    /// <summary>Writes an address as a socket of the family shows it; its length.</summary>
    public static int Write(Span<byte> name, AddressFamily family, in EndpointAddress address)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(name, (ushort)family);
        BinaryPrimitives.WriteUInt16BigEndian(name[2..], address.Port);
        if (family == AddressFamily.Inet)
        {
            address.Address.WriteV4(name[4..]);
            name[8..V4Bytes].Clear();
            return V4Bytes;
        }

        name[4..8].Clear();
        address.Address.WriteV6(name[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(name[24..], address.Scope);
        return V6Bytes;
    }
}
