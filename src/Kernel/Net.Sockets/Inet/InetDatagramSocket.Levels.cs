using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

// Options of one kind of socket: UDP_SEGMENT and UDP_GRO (udp(7)), those of raw sockets (raw(7), icmp(7), RFC 3542).
internal sealed partial class InetDatagramSocket
{
    private const int HeaderIncluded = 3; // IP_HDRINCL
    private const int Checksum = 7; // IPV6_CHECKSUM
    private const int IcmpFilter = 1; // ICMP_FILTER, ICMP6_FILTER
    private const int Icmp6FilterBytes = 32;
    private const int Segment = 103; // UDP_SEGMENT
    private const int Merge = 104; // UDP_GRO

    private int _segmentSize;

    public override Errno SetOption(int level, int option, ReadOnlySpan<byte> value) => (SocketLevel)level switch
    {
        SocketLevel.Udp when _endpoint is UdpEndpoint udp && option is Segment or Merge => SetSegmentOption(udp, option, value),
        SocketLevel.Ip or SocketLevel.Ipv6 or SocketLevel.Raw or SocketLevel.IcmpV6 when _endpoint is RawEndpoint raw && IsRawOption(level, option) =>
            SetRawOption(raw, level, value),
        _ => base.SetOption(level, option, value),
    };

    public override Result<int> GetOption(int level, int option, Span<byte> value) => (SocketLevel)level switch
    {
        SocketLevel.Udp when _endpoint is UdpEndpoint && option == Segment => Number(value, _segmentSize),
        SocketLevel.Udp when _endpoint is UdpEndpoint udp && option == Merge => Number(value, udp.Merges ? 1 : 0),
        SocketLevel.Ip or SocketLevel.Ipv6 or SocketLevel.Raw or SocketLevel.IcmpV6 when _endpoint is RawEndpoint raw && IsRawOption(level, option) =>
            GetRawOption(raw, level, value),
        _ => base.GetOption(level, option, value),
    };

    private Errno SetSegmentOption(UdpEndpoint udp, int option, ReadOnlySpan<byte> value)
    {
        if (value.Length < sizeof(int))
        {
            return Errno.EINVAL;
        }

        int number = BinaryPrimitives.ReadInt32LittleEndian(value);
        if (option == Merge)
        {
            udp.Merges = number != 0;
            return Errno.None;
        }

        if (number is < 0 or > ushort.MaxValue)
        {
            return Errno.EINVAL;
        }

        _segmentSize = number;
        return Errno.None;
    }

    private bool IsRawOption(int level, int option) => (SocketLevel)level switch
    {
        SocketLevel.Ip => option == HeaderIncluded,
        SocketLevel.Ipv6 => Family == AddressFamily.Inet6 && option == Checksum,
        SocketLevel.Raw => option == (Family == AddressFamily.Inet ? IcmpFilter : Checksum),
        _ => Family == AddressFamily.Inet6 && option == IcmpFilter,
    };

    private Errno SetRawOption(RawEndpoint raw, int level, ReadOnlySpan<byte> value)
    {
        if ((SocketLevel)level == SocketLevel.Raw && Family == AddressFamily.Inet)
        {
            if (raw.Protocol != IpProtocol.Icmp)
            {
                return Errno.EOPNOTSUPP;
            }

            Span<byte> mask = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(mask, raw.BlockedV4);
            value[..Math.Min(value.Length, mask.Length)].CopyTo(mask);
            raw.BlockedV4 = BinaryPrimitives.ReadUInt32LittleEndian(mask);
            return Errno.None;
        }

        if ((SocketLevel)level == SocketLevel.IcmpV6)
        {
            if (raw.Protocol != IpProtocol.IcmpV6)
            {
                return Errno.EOPNOTSUPP;
            }

            for (int i = 0; i < raw.BlockedV6.Length && (i + 1) * sizeof(uint) <= value.Length; i++)
            {
                raw.BlockedV6[i] = BinaryPrimitives.ReadUInt32LittleEndian(value[(i * sizeof(uint))..]);
            }

            return Errno.None;
        }

        if (!TryNumber(value, out int number) || ((SocketLevel)level != SocketLevel.Ip && value.Length < sizeof(int)))
        {
            return Errno.EINVAL;
        }

        if ((SocketLevel)level == SocketLevel.Ip)
        {
            raw.WritesHeader = number != 0;
            return Errno.None;
        }

        // The checksum of ICMPv6 is not the program's business (RFC 3542, 3.1).
        bool isIcmp = raw.Protocol == IpProtocol.IcmpV6 && (SocketLevel)level == SocketLevel.Ipv6;
        if (isIcmp || (number > 0 && number % 2 != 0) || number > RawEndpoint.MostChecksumOffset)
        {
            return Errno.EINVAL;
        }

        raw.ChecksumOffset = Math.Max(number, -1);
        return Errno.None;
    }

    private Result<int> GetRawOption(RawEndpoint raw, int level, Span<byte> value)
    {
        switch ((SocketLevel)level)
        {
            case SocketLevel.Ip:
                return Number(value, raw.WritesHeader ? 1 : 0);
            case SocketLevel.Raw when Family == AddressFamily.Inet:
                return raw.Protocol == IpProtocol.Icmp ? Number(value, unchecked((int)raw.BlockedV4)) : Errno.EOPNOTSUPP;
            case SocketLevel.IcmpV6:
                for (int i = 0; i < raw.BlockedV6.Length; i++)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(value[(i * sizeof(uint))..], raw.BlockedV6[i]);
                }

                return raw.Protocol == IpProtocol.IcmpV6 ? Icmp6FilterBytes : Errno.EOPNOTSUPP;
            default:
                return Number(value, raw.ChecksumOffset);
        }
    }
}
