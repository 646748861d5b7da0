using System;
using Mote.Kernel.Filters;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// A received packet as a socket's filter sees it: from the header of its transport on, and with negative offsets from that of IP or of the
/// link. Those headers are off by then and are written anew from what
/// is known of them; the checksum of UDP reads as zero.
/// </summary>
internal readonly struct PacketFilterInput(PacketBuffer packet, IpHeaderInfo info, ulong transport, int transportBytes, ulong random)
    : IFilterInput
{
    private const uint BroadcastType = 1; // PACKET_BROADCAST
    private const uint MulticastType = 2;

    public int Length => transportBytes + packet.Length;

    public bool TryLoad(int offset, int bytes, out uint value)
    {
        value = 0;
        for (int i = 0; i < bytes; i++)
        {
            if (!TryLoadByte(offset + i, out byte next))
            {
                value = 0;
                return false;
            }

            value = value << 8 | next;
        }

        return true;
    }

    public bool TryGet(FilterExtra extra, uint accumulator, uint index, out uint value)
    {
        value = extra switch
        {
            FilterExtra.Protocol => (uint)TypeOfLink,
            FilterExtra.PacketType => !info.IsToMany ? 0u : info.Destination.IsMulticast ? MulticastType : BroadcastType,
            FilterExtra.Interface => (uint)info.Interface.Index,
            FilterExtra.HardwareType => info.Interface.IsLoopback ? 772u : 1,
            FilterExtra.PayloadOffset => (uint)transportBytes,
            FilterExtra.Random => unchecked((uint)random),
            _ => 0, // no marks, queues, hashes, other CPUs, tags and attributes
        };
        return true;
    }

    private ushort TypeOfLink => info.Source.IsV4 ? EtherType.IPv4 : EtherType.IPv6;

    private bool TryLoadByte(int offset, out byte value)
    {
        const int Network = FilterProgram.NetworkOffset;
        const int Link = FilterProgram.LinkOffset;
        value = 0;
        return offset >= 0 ? TryLoadTransport(offset, out value)
            : offset >= Network ? TryLoadNetwork(offset - Network, out value)
            : offset >= Link && TryLoadLink(offset - Link, out value);
    }

    private bool TryLoadTransport(int offset, out byte value)
    {
        const int MostBytes = sizeof(ulong);
        if (offset < transportBytes)
        {
            value = unchecked((byte)(transport >> ((MostBytes - 1 - offset) * 8)));
            return true;
        }

        Span<byte> one = stackalloc byte[1];
        bool isThere = packet.Read(offset - transportBytes, one) == 1;
        value = one[0];
        return isThere;
    }

    private bool TryLoadNetwork(int offset, out byte value)
    {
        Span<byte> header = stackalloc byte[Ipv6View.HeaderBytes];
        bool isV4 = info.Source.IsV4;
        header = header[..(isV4 ? Ipv4View.MinimumBytes : Ipv6View.HeaderBytes)];
        if (offset >= header.Length)
        {
            return TryLoadTransport(offset - header.Length, out value);
        }

        if (isV4)
        {
            Ipv4View.Write(header, info.Source, info.Destination, info.Protocol, Math.Min(header.Length + Length, ushort.MaxValue),
                info.TimeToLive, info.TypeOfService, 0, 0);
        }
        else
        {
            Ipv6View.Write(header, info.Source, info.Destination, info.Protocol, Math.Min(Length, ushort.MaxValue), info.TimeToLive,
                info.TypeOfService, 0);
        }

        value = header[offset];
        return true;
    }

    private bool TryLoadLink(int offset, out byte value)
    {
        const int TypeAt = EthernetView.HeaderBytes - sizeof(ushort);
        value = offset == TypeAt ? (byte)(TypeOfLink >> 8) : offset == TypeAt + 1 ? unchecked((byte)TypeOfLink) : (byte)0;
        return offset < EthernetView.HeaderBytes || TryLoadNetwork(offset - EthernetView.HeaderBytes, out value);
    }
}
