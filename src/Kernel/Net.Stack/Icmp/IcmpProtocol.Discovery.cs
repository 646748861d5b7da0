using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// Neighbour discovery (RFC 4861): who has an IPv6 address on a link.
public sealed partial class IcmpProtocol
{
    /// <summary>Discovery packets come with this hop limit, so that none can come from behind a router (RFC 4861, 3.1).</summary>
    private const byte LinkHopLimit = 255;

    [AllocationFree]
    internal void SendNeighborSolicitation(NetInterface by, IpAddress target, MacAddress known)
    {
        if (!by.TryChooseSource(target, out IpAddress source))
        {
            return;
        }

        Span<byte> body = stackalloc byte[NeighborView.SolicitationBytes];
        NeighborView.WriteSolicitation(body, target, by.Mac);
        SendDiscovery(by, known.IsZero ? target.SolicitedNode : target, source, IcmpType.NeighborSolicitation, 0, body, known);
    }

    [AllocationFree]
    internal void SendNeighborAdvertisement(NetInterface by, IpAddress target, IpAddress to, bool isSolicited)
    {
        Span<byte> body = stackalloc byte[NeighborView.AdvertisementBytes];
        NeighborView.WriteAdvertisement(body, target, by.Mac);
        SendDiscovery(
            by, to, target, IcmpType.NeighborAdvertisement, NeighborView.OverrideFlag | (isSolicited ? NeighborView.SolicitedFlag : 0), body, to.IsMulticast ? default : by.Neighbors.Find(to)?.Mac ?? default);
    }

    /// <summary>Asks whether somebody else has an address that is to be ours (RFC 4862, 5.4.2).</summary>
    internal void SendDuplicateProbe(NetInterface by, IpAddress target)
    {
        Span<byte> body = stackalloc byte[IpAddress.V6Bytes];
        target.WriteV6(body);
        SendDiscovery(by, target.SolicitedNode, IpAddress.AnyV6, IcmpType.NeighborSolicitation, 0, body, default);
    }

    /// <summary>Asks all routers on the link to advertise themselves (RFC 4861, 6.3.7).</summary>
    [AllocationFree]
    internal void SendRouterSolicitation(NetInterface by)
    {
        if (by.TryChooseSource(IpAddress.AllRouters, out IpAddress source))
        {
            Span<byte> body = stackalloc byte[2 + MacAddress.Bytes];
            body[0] = NdOption.SourceLinkAddress;
            body[1] = 1;
            by.Mac.Write(body[2..]);
            SendDiscovery(by, IpAddress.AllRouters, source, IcmpType.RouterSolicitation, 0, body, default);
        }
    }

    /// <summary>Sends a discovery message straight to a link address, or to the group's: it must not wait for discovery itself.</summary>
    private void SendDiscovery(NetInterface by, IpAddress to, IpAddress source, byte type, uint rest, ReadOnlySpan<byte> body, MacAddress mac)
    {
        if (!_stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            return;
        }

        if (!packet.TryWrite(body))
        {
            packet.Release();
            return;
        }

        Span<byte> header = stackalloc byte[Ipv6View.HeaderBytes + IcmpView.HeaderBytes];
        Span<byte> icmp = header[Ipv6View.HeaderBytes..];
        int length = icmp.Length + body.Length;
        IcmpView.Write(icmp, type, 0, rest);
        ulong sum = InternetChecksum.PseudoHeader(source, to, IpProtocol.IcmpV6, length);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Finish(InternetChecksum.Add(InternetChecksum.Add(sum, icmp), body)));
        Ipv6View.Write(header, source, to, IpProtocol.IcmpV6, length, LinkHopLimit, 0, 0);
        packet.Prepend(header);
        _stack.Counters.SentV6++;
        _stack.Counters.IpV6.OctetsSent += (ulong)(Ipv6View.HeaderBytes + length);
        _stack.Counters.IcmpV6.Sent++;
        _stack.Counters.IcmpV6.SentByType[type]++;
        _stack.SendFrame(by, packet, mac.IsZero ? MacAddress.OfMulticast(to) : mac, EtherType.IPv6);
    }

    private void ReceiveDiscovery(ref IpHeaderInfo info, PacketBuffer packet, byte type)
    {
        Span<byte> bytes = stackalloc byte[512];
        ReadOnlySpan<byte> message = bytes[..packet.Read(0, bytes)];
        bool isFine = info.TimeToLive == LinkHopLimit && !info.Interface.IsLoopback && packet.Length <= bytes.Length;
        packet.Release();
        if (!isFine)
        {
            info.Interface.Statistics.ReceiveDrops++;
            return;
        }

        switch (type)
        {
            case IcmpType.NeighborSolicitation when NeighborView.TryParse(message, out NeighborView solicitation):
                AnswerSolicitation(info, solicitation);
                return;
            case IcmpType.RouterAdvertisement:
                info.Interface.RouterDiscovery.Receive(info.Source, message);
                return;
            case IcmpType.NeighborAdvertisement when NeighborView.TryParse(message, out NeighborView advertisement):
                HandleAdvertisement(info, advertisement);
                return;
        }
    }

    private void AnswerSolicitation(in IpHeaderInfo info, NeighborView solicitation)
    {
        NetInterface by = info.Interface;
        IpAddress target = solicitation.Target;
        if (target.IsMulticast || !by.HasAddress(target))
        {
            return;
        }

        if (info.Source.IsUnspecified)
        {
            // Somebody checks whether the address is free: all hear that it is not (RFC 4861, 7.2.4).
            SendNeighborAdvertisement(by, target, IpAddress.AllNodes, isSolicited: false);
            return;
        }

        if (!solicitation.SourceLink.IsZero && !solicitation.SourceLink.IsMulticast)
        {
            by.Neighbors.Learn(by.Neighbors.FindOrAdd(info.Source), solicitation.SourceLink, isAnswer: false);
        }

        if (by.Neighbors.Find(info.Source) is { } neighbor && !neighbor.Mac.IsZero)
        {
            SendNeighborAdvertisement(by, target, info.Source, isSolicited: true);
        }
    }

    private static void HandleAdvertisement(in IpHeaderInfo info, NeighborView advertisement)
    {
        if (info.Interface.HasAddress(advertisement.Target))
        {
            info.Interface.RouterDiscovery.HandleConflict(advertisement.Target);
            return;
        }

        if (info.Interface.Neighbors.Find(advertisement.Target) is not { } neighbor)
        {
            return;
        }

        neighbor.IsRouter = advertisement.IsRouter;
        MacAddress mac = advertisement.TargetLink.IsZero ? neighbor.Mac : advertisement.TargetLink;
        bool isOther = mac != neighbor.Mac && neighbor.State != NeighborState.Incomplete;
        if (!mac.IsZero && !mac.IsMulticast && (!isOther || advertisement.IsOverride))
        {
            info.Interface.Neighbors.Learn(neighbor, mac, isAnswer: advertisement.IsSolicited);
        }
    }

    /// <summary>Tells routers and switches that this machine wants, or no longer wants, a group's packets: IGMPv2 (RFC 2236) or MLDv1 (RFC 2710).</summary>
    internal void ReportGroup(NetInterface by, IpAddress group, bool isJoined)
    {
        if (by.IsLoopback || group == IpAddress.AllHostsV4 || group == IpAddress.AllNodes || !_stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            return;
        }

        if (group.IsV4)
        {
            // An IGMP message has ICMP's shape: type, code, checksum, and the group for the rest.
            Span<byte> igmp = stackalloc byte[IcmpView.HeaderBytes];
            IcmpView.Write(igmp, isJoined ? (byte)0x16 : (byte)0x17, 0, group.V4);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(igmp[2..], InternetChecksum.Of(igmp));
            IpAddress to = isJoined ? group : IpAddress.FromV4(224, 0, 0, 2);
            _ = by.TryChooseSource(group, out IpAddress source);
            NetPath path = new() { Interface = by, Source = source.IsV4 ? source : IpAddress.AnyV4, Destination = to, NextHop = to, Mtu = by.Mtu };
            _stack.Counters.IpV4.OthersSent++;
            _ = _stack.Send(ref path, packet, IpProtocol.Igmp, igmp, -1, 1, 0, mayFragment: true);
            return;
        }

        packet.Release();
        Span<byte> body = stackalloc byte[IpAddress.V6Bytes];
        group.WriteV6(body);
        if (by.TryChooseSource(IpAddress.AllNodes, out IpAddress sender))
        {
            // Without the router-alert option: switches that snoop look at the type (RFC 4541, 3).
            SendDiscovery(by, isJoined ? group : IpAddress.AllRouters, sender, isJoined ? (byte)131 : (byte)132, 0, body, default);
        }
    }
}
