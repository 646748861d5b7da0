using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>UDP: which endpoint a datagram is for.</summary>
public sealed class UdpProtocol
{
    private readonly NetStack _stack;

    internal UdpProtocol(NetStack stack)
    {
        _stack = stack;
        Ports = new PortTable(stack, isConnectionless: true);
    }

    internal PortTable Ports { get; }

    /// <summary>Goes over all endpoints that hold a port, for /proc/net/udp.</summary>
    public void ForEach(Action<UdpEndpoint> action) => Ports.ForEach(endpoint => action((UdpEndpoint)endpoint));

    /// <summary>A datagram without its IP header.</summary>
    [AllocationFree]
    internal void Receive(ref IpHeaderInfo info, PacketBuffer packet, ReadOnlySpan<byte> head)
    {
        if (!UdpView.TryParse(head, packet.Length, out UdpView udp))
        {
            NetStack.Drop(info.Interface, packet);
            return;
        }

        packet.Truncate(udp.Length);
        bool hasChecksum = udp.Checksum != 0;
        if (hasChecksum ? !NetStack.IsChecksumValid(info, packet, head) : !info.Source.IsV4 && !TakesZeroChecksum(info, udp))
        {
            CountersOf(info).BadChecksum++;
            info.Interface.Statistics.ReceiveErrors++;
            packet.Release();
            return;
        }

        ushort sourcePort = udp.SourcePort;
        ushort destinationPort = udp.DestinationPort;
        if (destinationPort == DhcpView.ClientPort && sourcePort == DhcpView.ServerPort && info.Source.IsV4 && info.Interface.Dhcp.State != DhcpState.Stopped)
        {
            packet.TrimFront(UdpView.HeaderBytes);
            info.Interface.Dhcp.Receive(packet);
            packet.Release();
            return;
        }

        if (info.IsToMany)
        {
            packet.TrimFront(UdpView.HeaderBytes);
            DeliverToMany(info, packet, sourcePort, destinationPort);
            return;
        }

        UdpEndpoint? endpoint = Find(info.Destination, destinationPort, info.Source, sourcePort, info.Interface.Index);
        if (endpoint == null)
        {
            CountersOf(info).NoPort++;
            _stack.Icmp.SendPortUnreachable(ref info, packet);
            NetStack.Drop(info.Interface, packet);
            return;
        }

        packet.TrimFront(UdpView.HeaderBytes);
        if (endpoint.Merges && endpoint.Filter == null)
        {
            endpoint.EnqueueMerged(packet, info, sourcePort, destinationPort);
        }
        else
        {
            endpoint.Enqueue(packet, info, sourcePort, destinationPort);
        }
    }

    /// <summary>The counters of the version of IP by which a packet came.</summary>
    internal ref UdpCounters CountersOf(in IpHeaderInfo info)
    {
        if (info.Source.IsV4)
        {
            return ref _stack.Counters.UdpV4;
        }

        return ref _stack.Counters.UdpV6;
    }

    /// <summary>Whether a datagram of IPv6 without a checksum is for who takes such ones (RFC 6936).</summary>
    private bool TakesZeroChecksum(in IpHeaderInfo info, in UdpView udp) =>
        Find(info.Destination, udp.DestinationPort, info.Source, udp.SourcePort, info.Interface.Index) is { TakesZeroChecksumV6: true };

    /// <summary>Gives this machine's own endpoints a copy of what goes to a group. The copy shares the data's pages.</summary>
    [AllocationFree]
    internal void LoopBack(ref NetPath path, PacketBuffer data, ReadOnlySpan<byte> header)
    {
        if (!_stack.Pool.TryTakePacket(out PacketBuffer copy))
        {
            return;
        }

        if (!copy.TryShare(data))
        {
            copy.Release();
            return;
        }

        copy.ArrivedAt = _stack.Now;
        UdpView.TryParse(header, data.Length + UdpView.HeaderBytes, out UdpView udp);
        IpHeaderInfo info = new() { Interface = path.Interface!, Source = path.Source, Destination = path.Destination, Protocol = IpProtocol.Udp, TimeToLive = 1, IsToMany = true };
        DeliverToMany(info, copy, udp.SourcePort, udp.DestinationPort);
    }

    /// <summary>Every endpoint that wants datagrams of a group or a broadcast gets one.</summary>
    private void DeliverToMany(in IpHeaderInfo info, PacketBuffer packet, ushort sourcePort, ushort destinationPort)
    {
        for (Endpoint? at = Ports.First(destinationPort); at != null; at = at.NextBound)
        {
            UdpEndpoint endpoint = (UdpEndpoint)at;
            bool isWanted = Score(endpoint, info.Destination, destinationPort, info.Source, sourcePort, info.Interface.Index) > 0
                && (!info.Destination.IsMulticast || endpoint.IsInGroup(info.Destination, info.Interface.Index));
            if (!isWanted || !_stack.Pool.TryTakePacket(out PacketBuffer copy))
            {
                continue;
            }

            if (!copy.TryShare(packet))
            {
                copy.Release();
                continue;
            }

            copy.ArrivedAt = packet.ArrivedAt;
            endpoint.Enqueue(copy, info, sourcePort, destinationPort);
        }

        packet.Release();
    }

    /// <summary>The endpoint that fits best; of several that share a port by SO_REUSEPORT the one that the ends' hash picks.</summary>
    [AllocationFree]
    internal UdpEndpoint? Find(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort, int interfaceIndex)
    {
        UdpEndpoint? best = null;
        int bestScore = 0;
        int equals = 0;
        for (Endpoint? at = Ports.First(localPort); at != null; at = at.NextBound)
        {
            UdpEndpoint endpoint = (UdpEndpoint)at;
            int score = Score(endpoint, local, localPort, remote, remotePort, interfaceIndex);
            if (score > bestScore)
            {
                best = endpoint;
                bestScore = score;
                equals = 1;
            }
            else if (score == bestScore && score > 0 && endpoint.ReusesPort)
            {
                // Each of n is taken with a chance of 1/n, always the same for the same ends.
                equals++;
                if ((int)((ulong)_stack.Hash(local, localPort, remote, remotePort) * (uint)equals >> 32) == equals - 1)
                {
                    best = endpoint;
                }
            }
        }

        return best;
    }

    private static int Score(UdpEndpoint endpoint, in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort, int interfaceIndex)
    {
        if (endpoint.Local.Port != localPort || (interfaceIndex != 0 && endpoint.BoundInterface != 0 && endpoint.BoundInterface != interfaceIndex))
        {
            return 0;
        }

        // Of a group, the endpoint's own address says nothing unless it is the group's.
        if (!endpoint.Accepts(local) && !((local.IsMulticast || local.IsLimitedBroadcast) && endpoint.Local.Address.IsUnspecified))
        {
            return 0;
        }

        if (endpoint.IsConnected && (endpoint.Remote.Address != remote || endpoint.Remote.Port != remotePort))
        {
            return 0;
        }

        return 1 + (endpoint.IsConnected ? 8 : 0) + (endpoint.Local.Address.IsUnspecified ? 0 : 4) + (endpoint.BoundInterface != 0 ? 2 : 0) + (endpoint.Family == AddressFamily.V4 ? 1 : 0);
    }
}
