using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// From the transports down to the link.
public sealed partial class NetStack
{
    private readonly byte[] _headers = new byte[PacketBuffer.HeaderRoom];

    /// <summary>Where a transport may write its header for <see cref="Send"/>, which then need not copy it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> TransportHeader(bool isV4) => _headers.AsSpan(EthernetView.HeaderBytes + (isV4 ? Ipv4View.MinimumBytes : Ipv6View.HeaderBytes));

    /// <summary>The link, IP and transport headers of what was sent last, when it was one packet.</summary>
    internal ReadOnlySpan<byte> LastHeaders(int bytes) => _headers.AsSpan(0, EthernetView.HeaderBytes + bytes);

    /// <summary>
    /// Sends a transport's packet on a path: <paramref name="transport"/> is its header, at <paramref name="checksumOffset"/> of which the checksum belongs (negative for none), and
    /// <paramref name="packet"/> its data, which is the stack's from here on whatever comes out.
    /// </summary>
    [AllocationFree]
    internal NetError Send(ref NetPath path, PacketBuffer packet, byte protocol, ReadOnlySpan<byte> transport, int checksumOffset, byte timeToLive, byte typeOfService, bool mayFragment)
    {
        NetInterface by = path.Interface!;
        bool isV4 = path.Destination.IsV4;
        int ipBytes = isV4 ? Ipv4View.MinimumBytes : Ipv6View.HeaderBytes;
        int payload = transport.Length + packet.Length;
        Span<byte> head = _headers;
        Span<byte> ip = head.Slice(EthernetView.HeaderBytes, ipBytes);
        Span<byte> header = head.Slice(EthernetView.HeaderBytes + ipBytes, transport.Length);
        if (transport != header)
        {
            transport.CopyTo(header);
        }

        bool mustFragment = packet.Gso == GsoKind.None && ipBytes + payload > path.Mtu;
        if (mustFragment && !mayFragment)
        {
            packet.Release();
            return NetError.MessageTooLong;
        }

        if (checksumOffset >= 0)
        {
            Span<byte> field = header.Slice(checksumOffset, 2);
            ulong sum = InternetChecksum.PseudoHeader(path.Source, path.Destination, protocol, payload);
            if (!mustFragment && (by.Device.Features & NetDeviceFeatures.SendChecksum) != 0 && (protocol is IpProtocol.Tcp or IpProtocol.Udp))
            {
                BinaryPrimitives.WriteUInt16BigEndian(field, InternetChecksum.Fold(sum));
                packet.Checksum = ChecksumState.Partial;
                packet.ChecksumStart = -transport.Length; // counted from what is in the packet so far
                packet.ChecksumOffset = checksumOffset;
            }
            else
            {
                field.Clear();
                sum = InternetChecksum.Add(sum, header);

                // No transport's header is of odd length.
                ushort checksum = InternetChecksum.Finish(sum + packet.Sum());
                BinaryPrimitives.WriteUInt16BigEndian(field, checksum == 0 && protocol == IpProtocol.Udp ? (ushort)0xffff : checksum);
            }
        }

        if (mustFragment)
        {
            packet.Prepend(header);
            return SendFragments(ref path, packet, protocol, timeToLive, typeOfService);
        }

        if (packet.Gso != GsoKind.None)
        {
            packet.GsoHeaderLength = 0; // Prepend counts it
        }

        if (isV4)
        {
            ushort identification = mayFragment ? unchecked((ushort)NextIdentification(in path, protocol)) : (ushort)0;
            Ipv4View.Write(ip, path.Source, path.Destination, protocol, ipBytes + payload, timeToLive, typeOfService, identification, mayFragment ? (ushort)0 : Ipv4View.DontFragmentWord);
        }
        else
        {
            Counters.SentV6++;
            Counters.IpV6.OctetsSent += (ulong)(ipBytes + payload);
            Ipv6View.Write(ip, path.Source, path.Destination, protocol, payload, timeToLive, typeOfService, 0);
        }

        SendHeaders(ref path, packet, head, ipBytes + transport.Length);
        return NetError.None;
    }

    /// <summary>Sends a packet with an IP header that is written already.</summary>
    [AllocationFree]
    internal void SendWithHeader(ref NetPath path, PacketBuffer packet, ReadOnlySpan<byte> network)
    {
        network.CopyTo(_headers.AsSpan(EthernetView.HeaderBytes));
        SendHeaders(ref path, packet, _headers, network.Length);
    }

    /// <summary>Prepends a link header to a packet that begins with its IP header, and lets the device have it.</summary>
    [AllocationFree]
    internal void SendFrame(NetInterface by, PacketBuffer packet, MacAddress to, ushort type)
    {
        Span<byte> link = stackalloc byte[EthernetView.HeaderBytes];
        EthernetView.Write(link, to, by.Mac, type);
        packet.Prepend(link);
        by.Transmit(packet);
    }

    /// <summary>Sends a packet whose IP and transport headers, so many bytes, lie in <paramref name="head"/> behind the room for a link header.</summary>
    [AllocationFree]
    private void SendHeaders(ref NetPath path, PacketBuffer packet, Span<byte> head, int headers)
    {
        NetInterface by = path.Interface!;
        Span<byte> network = head.Slice(EthernetView.HeaderBytes, headers);
        if (by.IsLoopback)
        {
            packet.Prepend(network);
            by.Transmit(packet);
            return;
        }

        ushort type = path.Destination.IsV4 ? EtherType.IPv4 : EtherType.IPv6;
        if (path.Neighbor is { IsUsable: true } neighbor)
        {
            neighbor.LastUsed = Now;
            EthernetView.Write(head, neighbor.Mac, by.Mac, type);
        }
        else if (path.Neighbor != null)
        {
            packet.Prepend(network);
            by.Neighbors.Send(path.Neighbor, packet);
            return;
        }
        else
        {
            EthernetView.Write(head, path.IsBroadcast ? MacAddress.Broadcast : MacAddress.OfMulticast(path.Destination), by.Mac, type);
        }

        packet.Prepend(head[..(EthernetView.HeaderBytes + headers)]);
        by.Transmit(packet);
    }

    /// <summary>Cuts a packet, which begins with its transport header, into fragments (RFC 791, 3.2; RFC 8200, 4.5).</summary>
    [AllocationFree]
    private NetError SendFragments(ref NetPath path, PacketBuffer packet, byte protocol, byte timeToLive, byte typeOfService)
    {
        bool isV4 = path.Destination.IsV4;
        int ipBytes = isV4 ? Ipv4View.MinimumBytes : Ipv6View.HeaderBytes + 8;
        int room = (path.Mtu - ipBytes) & ~7;
        uint identification = NextIdentification(in path, protocol);
        Span<byte> head = stackalloc byte[PacketBuffer.HeaderRoom];
        Span<byte> first = stackalloc byte[PacketBuffer.HeaderRoom];
        int total = packet.Length;
        ref IpCounters counters = ref Counters.Ip(isV4);
        NetError result = NetError.None;

        // The transport header moves from the header room to the first fragment's own.
        int transportBytes = packet.HeaderLength;
        packet.Read(0, first[..transportBytes]);
        for (int at = 0; at < total; at += room)
        {
            int count = Math.Min(room, total - at);
            bool hasMore = at + count < total;
            if (!Pool.TryTakePacket(out PacketBuffer piece))
            {
                result = NetError.NoMemory;
                break;
            }

            int skipped = at == 0 ? transportBytes : 0;
            if (!Pool.TryShare(packet.Bytes, at + skipped - transportBytes, count - skipped, ref piece.Bytes))
            {
                piece.Release();
                result = NetError.NoMemory;
                break;
            }

            Span<byte> ip = head[EthernetView.HeaderBytes..];
            if (isV4)
            {
                Ipv4View.Write(
                    ip, path.Source, path.Destination, protocol, ipBytes + count, timeToLive, typeOfService, unchecked((ushort)identification), Ipv4View.FragmentWord(at, hasMore));
            }
            else
            {
                Ipv6View.Write(ip, path.Source, path.Destination, IpProtocol.Fragment, 8 + count, timeToLive, typeOfService, 0);
                Ipv6Extensions.WriteFragment(ip[Ipv6View.HeaderBytes..], protocol, at, hasMore, identification);
            }

            counters.FragmentsSent++;
            Counters.SentV6 += isV4 ? 0u : 1;
            Counters.IpV6.OctetsSent += isV4 ? 0 : (ulong)(ipBytes + count);
            first[..skipped].CopyTo(head[(EthernetView.HeaderBytes + ipBytes)..]);
            SendHeaders(ref path, piece, head, ipBytes + skipped);
        }

        counters.Fragmented += result == NetError.None ? 1u : 0;
        counters.NotFragmented += result == NetError.None ? 0u : 1;
        packet.Release();
        return result;
    }
}
