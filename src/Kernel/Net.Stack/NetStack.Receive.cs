using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// From the link up to the transports.
public sealed partial class NetStack
{
    /// <summary>How much of a packet is looked at in one piece: enough for the longest IPv4 and TCP headers, or IPv6 with extension headers of the usual kind.</summary>
    public const int HeadBytes = 176;

    private readonly byte[] _head = new byte[HeadBytes];

    /// <summary>A frame and its beginning.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ReceiveFrame(NetInterface by, PacketBuffer packet, ReadOnlySpan<byte> head)
    {
        by.Statistics.ReceivedPackets++;
        by.Statistics.ReceivedBytes += (ulong)packet.Length;
        if (!by.IsUp || !EthernetView.TryParse(head, out EthernetView frame) || (frame.Destination != by.Mac && !frame.Destination.IsMulticast))
        {
            Drop(by, packet);
            return;
        }

        if (frame.Destination.IsMulticast && !frame.Destination.IsBroadcast)
        {
            by.Statistics.ReceivedMulticasts++;
        }

        ushort type = frame.Type;
        packet.TrimFront(EthernetView.HeaderBytes);
        switch (type)
        {
            case EtherType.IPv4 or EtherType.IPv6:
                ReceiveIp(by, packet, head[EthernetView.HeaderBytes..]);
                return;
            case EtherType.Arp:
                Counters.OtherReceived++;
                ReceiveArp(by, packet);
                return;
            default:
                Counters.OtherReceived++;
                Drop(by, packet);
                return;
        }
    }

    /// <summary>A packet that begins with its IP header, and its beginning.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ReceiveIp(NetInterface by, PacketBuffer packet, ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            Drop(by, packet);
        }
        else if (head[0] >> 4 == 4)
        {
            ReceiveV4(by, packet, head);
        }
        else
        {
            ReceiveV6(by, packet, head);
        }
    }

    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ReceiveV4(NetInterface by, PacketBuffer packet, ReadOnlySpan<byte> head)
    {
        if (!Ipv4View.TryParse(head, packet.Length, out Ipv4View ip))
        {
            by.Statistics.ReceiveErrors++;
            Counters.IpV4.HeaderErrors++;
            packet.Release();
            return;
        }

        IpHeaderInfo info = new()
        {
            Interface = by,
            Source = ip.Source,
            Destination = ip.Destination,
            Protocol = ip.Protocol,
            TimeToLive = ip.TimeToLive,
            TypeOfService = ip.TypeOfService,
        };
        if (!IsForUs(ref info))
        {
            Counters.IpV4.AddressErrors++;
            Drop(by, packet);
            return;
        }

        packet.Truncate(ip.TotalBytes);
        packet.TrimFront(ip.HeaderBytes);
        if (ip.IsFragment)
        {
            Reassembly.Add(info, packet, ip.Identification, ip.FragmentOffset, ip.HasMoreFragments);
            return;
        }

        int end = Math.Min(head.Length, ip.TotalBytes);
        Deliver(ref info, packet, head[ip.HeaderBytes..end]);
    }

    /// <summary>A whole packet without its IP header goes to its transport. <paramref name="head"/> is its beginning.</summary>
    [AllocationFree]
    internal void Deliver(ref IpHeaderInfo info, PacketBuffer packet, ReadOnlySpan<byte> head)
    {
        bool isForRaw = !Raw.IsEmpty && Raw.Deliver(ref info, packet, head);
        switch (info.Protocol)
        {
            case IpProtocol.Tcp:
                Tcp.Receive(ref info, packet, head);
                return;
            case IpProtocol.Udp:
                Udp.Receive(ref info, packet, head);
                return;
            case IpProtocol.Icmp when info.Source.IsV4:
            case IpProtocol.IcmpV6 when !info.Source.IsV4:
                Icmp.Receive(ref info, packet, head);
                return;
            default:
                Counters.Ip(info.Source.IsV4).OthersReceived++;
                if (isForRaw)
                {
                    packet.Release();
                    return;
                }

                Counters.Ip(info.Source.IsV4).UnknownProtocols++;
                Icmp.SendProtocolUnreachable(ref info, packet);
                Drop(info.Interface, packet);
                return;
        }
    }

    /// <summary>Whether the checksum of a transport's packet holds, its pseudo header included. <paramref name="head"/> is its beginning, or all of it.</summary>
    [AllocationFree]
    internal static bool IsChecksumValid(in IpHeaderInfo info, PacketBuffer packet, ReadOnlySpan<byte> head)
    {
        if (packet.Checksum != ChecksumState.Complete)
        {
            return true;
        }

        int length = packet.Length;
        ulong sum = InternetChecksum.PseudoHeader(info.Source, info.Destination, info.Protocol, length);
        return InternetChecksum.IsValid(length == head.Length ? InternetChecksum.Add(sum, head) : sum + packet.Sum());
    }

    [AllocationFree]
    internal static void Drop(NetInterface by, PacketBuffer packet)
    {
        by.Statistics.ReceiveDrops++;
        packet.Release();
    }

    /// <summary>Whether a packet is for this machine and comes from where it may; finds out whether it is for many.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsForUs(ref IpHeaderInfo info)
    {
        NetInterface by = info.Interface;
        if (by.IsLoopback)
        {
            info.IsToMany = info.Destination.IsMulticast;
            return true;
        }

        if (info.Source.IsMartianSource || by.IsBroadcast(info.Source) || info.Destination.IsLoopback)
        {
            return false;
        }

        if (by.HasAddress(info.Destination))
        {
            return true;
        }

        if (info.Destination.IsMulticast)
        {
            info.IsToMany = true;
            return by.IsInGroup(info.Destination);
        }

        if (info.Destination.IsV4 && by.IsBroadcast(info.Destination))
        {
            info.IsToMany = true;
            return true;
        }

        // An address of another interface is the machine's too (RFC 1122, 3.3.4.2, the weak model). Before there is an address, DHCP's answers may come to the one offered.
        return IsLocal(info.Destination) || (info.Destination.IsV4 && info.Protocol == IpProtocol.Udp && IsConfiguring(by));
    }
}
