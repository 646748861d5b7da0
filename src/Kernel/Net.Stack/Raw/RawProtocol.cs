using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>Raw endpoints (raw(7)): each gets a copy of every packet of its protocol, besides whoever else it is for.</summary>
internal sealed class RawProtocol(NetStack stack)
{
    private RawEndpoint? _first;

    /// <summary>Whether there are any: none is the usual case, and the packet path asks no more.</summary>
    public bool IsEmpty => _first == null;

    public void Add(RawEndpoint endpoint)
    {
        endpoint.NextRaw = _first;
        _first = endpoint;
    }

    public void Remove(RawEndpoint endpoint)
    {
        if (_first == endpoint)
        {
            _first = endpoint.NextRaw;
            return;
        }

        for (RawEndpoint? at = _first; at != null; at = at.NextRaw)
        {
            if (at.NextRaw == endpoint)
            {
                at.NextRaw = endpoint.NextRaw;
                return;
            }
        }
    }

    /// <summary>Hands copies out. The packet is without its IP header and stays the caller's; <paramref name="head"/> is its beginning. True when some endpoint is of its protocol.</summary>
    [AllocationFree]
    public bool Deliver(ref IpHeaderInfo info, PacketBuffer packet, ReadOnlySpan<byte> head)
    {
        bool isKnown = false;
        for (RawEndpoint? at = _first; at != null; at = at.NextRaw)
        {
            if (!at.IsFor(info))
            {
                continue;
            }

            isKnown = true;
            if (!at.Passes(info, packet, head) || !stack.Pool.TryTakePacket(out PacketBuffer copy))
            {
                continue;
            }

            if (!TryCopy(info, packet, copy))
            {
                copy.Release();
                continue;
            }

            copy.ArrivedAt = packet.ArrivedAt;
            at.Enqueue(copy, info, 0, 0);
        }

        return isKnown;
    }

    /// <summary>An ICMP error about a packet of some protocol.</summary>
    [AllocationFree]
    public void HandleError(byte protocol, in IpAddress local, in IcmpReport report, PacketBuffer packet)
    {
        for (RawEndpoint? at = _first; at != null; at = at.NextRaw)
        {
            if (at.Protocol == protocol && at.Family == (local.IsV4 ? AddressFamily.V4 : AddressFamily.V6) && at.Accepts(local)
                && (!at.IsConnected || at.Remote.Address == report.Destination.Address))
            {
                IcmpReport own = report;
                own.PayloadOffset = at.WritesHeader ? 0 : report.PayloadOffset;
                at.HandleError(own, packet);
            }
        }
    }

    /// <summary>IPv4 comes with its header, as it would be without options; IPv6 without.</summary>
    private static bool TryCopy(in IpHeaderInfo info, PacketBuffer packet, PacketBuffer copy)
    {
        if (!info.Source.IsV4)
        {
            return copy.TryShare(packet);
        }

        Span<byte> header = stackalloc byte[Ipv4View.MinimumBytes];
        int total = Math.Min(header.Length + packet.Length, ushort.MaxValue);
        Ipv4View.Write(header, info.Source, info.Destination, info.Protocol, total, info.TimeToLive, info.TypeOfService, 0, 0);
        return copy.TryWrite(header) && copy.TryShare(packet);
    }
}
