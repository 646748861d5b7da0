using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>ICMP and ICMPv6 (RFC 792, RFC 1122 3.2.2, RFC 4443): echoes, errors that come in and go out.</summary>
public sealed partial class IcmpProtocol
{
    /// <summary>Errors that may be sent in a second, and at once (RFC 1812, 4.3.2.8; RFC 4443, 2.4 f).</summary>
    private const int ErrorsInSecond = 100;
    private const ulong Second = 1_000_000_000;

    private readonly NetStack _stack;
    private int _errorTokens = ErrorsInSecond;
    private Instant _tokensSince;

    internal IcmpProtocol(NetStack stack)
    {
        _stack = stack;
        Pings = new PortTable(stack, isConnectionless: true);
    }

    /// <summary>Ping endpoints by identifier.</summary>
    internal PortTable Pings { get; }

    /// <summary>A message without its IP header.</summary>
    [AllocationFree]
    internal void Receive(ref IpHeaderInfo info, PacketBuffer packet, ReadOnlySpan<byte> head)
    {
        ref IcmpCounters counters = ref CountersOf(info.Source.IsV4);
        counters.Received++;
        if (!IcmpView.TryParse(head, out IcmpView icmp) || !IsValid(info, packet, head))
        {
            counters.Bad++;
            info.Interface.Statistics.ReceiveErrors++;
            packet.Release();
            return;
        }

        counters.ReceivedByType[icmp.Type]++;
        bool isV4 = info.Source.IsV4;
        switch (icmp.Type)
        {
            case IcmpType.V4Echo when isV4:
            case IcmpType.V6Echo when !isV4:
                Reply(ref info, packet, icmp);
                return;
            case IcmpType.V4EchoReply when isV4:
            case IcmpType.V6EchoReply when !isV4:
                DeliverReply(info, packet, icmp.Identifier);
                return;
            case IcmpType.V4Unreachable or IcmpType.V4TimeExceeded or IcmpType.V4ParameterProblem when isV4:
            case IcmpType.V6Unreachable or IcmpType.V6PacketTooBig or IcmpType.V6TimeExceeded or IcmpType.V6ParameterProblem when !isV4:
                packet.TrimFront(IcmpView.HeaderBytes);
                HandleError(info, icmp, packet);
                packet.Release();
                return;
            case IcmpType.RouterAdvertisement or IcmpType.NeighborSolicitation or IcmpType.NeighborAdvertisement when !isV4:
                ReceiveDiscovery(ref info, packet, icmp.Type);
                return;
            default:
                NetStack.Drop(info.Interface, packet);
                return;
        }
    }

    private ref IcmpCounters CountersOf(bool isV4)
    {
        if (isV4)
        {
            return ref _stack.Counters.IcmpV4;
        }

        return ref _stack.Counters.IcmpV6;
    }

    /// <summary>Sends a message: <paramref name="header"/> with its checksum to be filled in, then the packet.</summary>
    [AllocationFree]
    internal NetError Send(ref NetPath path, PacketBuffer data, Span<byte> header, byte timeToLive, byte typeOfService, bool mayFragment = true)
    {
        ref IcmpCounters counters = ref CountersOf(path.Destination.IsV4);
        counters.Sent++;
        counters.SentByType[header[0]]++;
        if (!path.Destination.IsV4)
        {
            return _stack.Send(ref path, data, IpProtocol.IcmpV6, header, IcmpView.ChecksumOffset, timeToLive, typeOfService, mayFragment);
        }

        // ICMPv4 has no pseudo header.
        header[2] = header[3] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], InternetChecksum.Finish(InternetChecksum.Add(data.Sum(), header)));
        return _stack.Send(ref path, data, IpProtocol.Icmp, header, -1, timeToLive, typeOfService, mayFragment);
    }

    private static bool IsValid(in IpHeaderInfo info, PacketBuffer packet, ReadOnlySpan<byte> head) =>
        info.Source.IsV4 ? packet.Checksum == ChecksumState.Verified || InternetChecksum.IsValid(packet.Sum()) : NetStack.IsChecksumValid(info, packet, head);

    private void Reply(ref IpHeaderInfo info, PacketBuffer packet, IcmpView icmp)
    {
        // Broadcasts are not answered, as net.ipv4.icmp_echo_ignore_broadcasts has it.
        if (info.IsToMany && info.Destination.IsV4)
        {
            NetStack.Drop(info.Interface, packet);
            return;
        }

        NetInterface? by = info.Source.IsLinkLocal || info.Interface.IsLoopback ? info.Interface : null;
        IpAddress source = info.IsToMany ? IpAddress.AnyV6 : info.Destination;
        if (_stack.FindPath(info.Source, source, by, out NetPath path) != NetError.None)
        {
            NetStack.Drop(info.Interface, packet);
            return;
        }

        Span<byte> header = stackalloc byte[IcmpView.HeaderBytes];
        IcmpView.Write(header, info.Source.IsV4 ? IcmpType.V4EchoReply : IcmpType.V6EchoReply, 0, (uint)icmp.Identifier << 16 | icmp.EchoSequence);
        packet.TrimFront(IcmpView.HeaderBytes);
        packet.Checksum = ChecksumState.Complete;
        if (_stack.Pool.TryTakePacket(out PacketBuffer answer))
        {
            // The header room of what came is not free; a packet of our own has all of it.
            if (answer.TryAppend(packet))
            {
                _ = Send(ref path, answer, header, path.Interface!.HopLimit, info.TypeOfService);
            }
            else
            {
                answer.Release();
            }
        }

        packet.Release();
    }

    private void DeliverReply(in IpHeaderInfo info, PacketBuffer packet, ushort identifier)
    {
        if (FindPing(identifier, info.Destination, info.Source) is { } endpoint)
        {
            endpoint.Enqueue(packet, info, 0, identifier);
            return;
        }

        NetStack.Drop(info.Interface, packet);
    }

    private PingEndpoint? FindPing(ushort identifier, in IpAddress local, in IpAddress remote)
    {
        for (Endpoint? at = Pings.First(identifier); at != null; at = at.NextBound)
        {
            PingEndpoint endpoint = (PingEndpoint)at;
            if (endpoint.Local.Port == identifier && endpoint.Accepts(local) && (!endpoint.IsConnected || endpoint.Remote.Address == remote))
            {
                return endpoint;
            }
        }

        return null;
    }
}
