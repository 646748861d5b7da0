using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Control messages that say how one datagram is sent (ip(7), RFC 3542).</summary>
internal static class DatagramControl
{
    private const int HeaderBytes = 16;
    private const int InformationBytes = 12; // struct in_pktinfo
    private const int Information6Bytes = IpAddress.V6Bytes + sizeof(int); // struct in6_pktinfo

    /// <summary>
    /// Reads messages whose lengths, and those at the level SOL_SOCKET, are checked already. EINVAL for one of the destination's level that is not known, is too short or is out of range; others are passed over.
    /// </summary>
    /// <param name="control">The messages.</param>
    /// <param name="toV4">Whether the destination is of IPv4.</param>
    /// <param name="isV6">Whether the socket is of AF_INET6, which may name the source of IPv4 in IPv6's form.</param>
    /// <param name="isUdp">Whether the socket is one of UDP.</param>
    /// <param name="overrides">What was read.</param>
    public static Errno Read(ReadOnlySpan<byte> control, bool toV4, bool isV6, bool isUdp, out DatagramOverrides overrides)
    {
        overrides = default;
        while (control.Length >= HeaderBytes)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(control);
            SocketLevel level = (SocketLevel)BinaryPrimitives.ReadInt32LittleEndian(control[8..]);
            int type = BinaryPrimitives.ReadInt32LittleEndian(control[12..]);
            ReadOnlySpan<byte> payload = control[HeaderBytes..length];
            bool isFine = level switch
            {
                SocketLevel.Ip when toV4 => TryReadV4((IpOption)type, payload, ref overrides),
                SocketLevel.Ipv6 when !toV4 => TryReadV6((Ipv6Option)type, payload, ref overrides),
                SocketLevel.Ipv6 when isV6 && (Ipv6Option)type == Ipv6Option.PacketInformation => TryReadMapped(payload, ref overrides),
                SocketLevel.Udp when isUdp => TryReadUdp(type, payload, ref overrides),
                SocketLevel.Socket => TryReadSocket((SocketOption)type, payload, ref overrides),
                _ => true, // for somebody else
            };
            if (!isFine)
            {
                return Errno.EINVAL;
            }

            control = control[Math.Min((length + 7) & ~7, control.Length)..];
        }

        return Errno.None;
    }

    /// <summary>UDP_SEGMENT.</summary>
    private static bool TryReadUdp(int type, ReadOnlySpan<byte> payload, ref DatagramOverrides overrides)
    {
        const int Segment = 103;
        if (type != Segment || payload.Length != sizeof(ushort))
        {
            return false;
        }

        overrides.SegmentSize = BinaryPrimitives.ReadUInt16LittleEndian(payload);
        overrides.HasSegmentSize = true;
        return true;
    }

    /// <summary>SO_TIMESTAMPING of one message: which times of sending are told. Others are the system call's.</summary>
    private static bool TryReadSocket(SocketOption type, ReadOnlySpan<byte> payload, ref DatagramOverrides overrides)
    {
        if (type is not (SocketOption.Timestamping or SocketOption.TimestampingNew))
        {
            return true;
        }

        if (payload.Length != sizeof(uint))
        {
            return false;
        }

        overrides.StampFlags = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        return (overrides.StampFlags & ~(uint)TimestampFlags.AnySend) == 0;
    }

    private static bool TryReadV4(IpOption option, ReadOnlySpan<byte> payload, ref DatagramOverrides overrides)
    {
        switch (option)
        {
            case IpOption.TimeToLive:
                return TryReadByte(payload, 1, out overrides.TimeToLive);
            case IpOption.TypeOfService when payload.Length == 1:
                overrides.TypeOfService = payload[0];
                return true;
            case IpOption.TypeOfService:
                return TryReadByte(payload, 0, out overrides.TypeOfService);
            case IpOption.PacketInformation when payload.Length == InformationBytes:
                overrides.Interface = BinaryPrimitives.ReadInt32LittleEndian(payload);
                overrides.Source = IpAddress.ReadV4(payload[4..]);
                return !overrides.Source.IsMulticast && !overrides.Source.IsLimitedBroadcast; // which nothing is sent from
            default:
                return false;
        }
    }

    private static bool TryReadV6(Ipv6Option option, ReadOnlySpan<byte> payload, ref DatagramOverrides overrides)
    {
        switch (option)
        {
            case Ipv6Option.HopLimit or Ipv6Option.HopLimit2292:
                return TryReadByte(payload, -1, out overrides.TimeToLive);
            case Ipv6Option.TrafficClass:
                return TryReadByte(payload, -1, out overrides.TypeOfService);
            case Ipv6Option.DoNotFragment when payload.Length == sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(payload) is 0 or 1:
                overrides.RefusesFragments = payload[0] != 0;
                return true;
            case Ipv6Option.PacketInformation or Ipv6Option.PacketInformation2292 when payload.Length >= Information6Bytes:
                overrides.Source = IpAddress.ReadV6(payload);
                overrides.Interface = BinaryPrimitives.ReadInt32LittleEndian(payload[IpAddress.V6Bytes..]);
                return true;
            default:
                return false;
        }
    }

    /// <summary>IPV6_PKTINFO of a datagram over IPv4: the address is mapped (ip_cmsg_send).</summary>
    private static bool TryReadMapped(ReadOnlySpan<byte> payload, ref DatagramOverrides overrides)
    {
        if (payload.Length < Information6Bytes)
        {
            return false;
        }

        IpAddress source = IpAddress.ReadV6(payload);
        overrides.Interface = BinaryPrimitives.ReadInt32LittleEndian(payload[IpAddress.V6Bytes..]);
        overrides.Source = source;
        return source.IsV4 || source.IsUnspecified;
    }

    /// <summary>The flags of SO_TIMESTAMPING in a stream's control messages; null for none.</summary>
    public static uint? StampFlagsOf(ReadOnlySpan<byte> control)
    {
        _ = Read(control, toV4: false, isV6: false, isUdp: false, out DatagramOverrides overrides);
        return overrides.StampFlags;
    }

    /// <summary>An int from <paramref name="least"/> to 255; -1 asks for the usual.</summary>
    private static bool TryReadByte(ReadOnlySpan<byte> payload, int least, out byte? value)
    {
        value = null;
        if (payload.Length != sizeof(int))
        {
            return false;
        }

        int number = BinaryPrimitives.ReadInt32LittleEndian(payload);
        value = number < 0 ? null : unchecked((byte)number);
        return number >= least && number <= byte.MaxValue;
    }
}
