using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// IPv6 packets that come in.
public sealed partial class NetStack
{
    [AllocationFree]
    private void ReceiveV6(NetInterface by, PacketBuffer packet, ReadOnlySpan<byte> head)
    {
        Counters.ReceivedV6++;
        if (!Ipv6View.TryParse(head, packet.Length, out Ipv6View ip))
        {
            by.Statistics.ReceiveErrors++;
            Counters.IpV6.HeaderErrors++;
            packet.Release();
            return;
        }

        Counters.IpV6.OctetsReceived += (ulong)(Ipv6View.HeaderBytes + ip.PayloadBytes);
        int end = Math.Min(head.Length, Ipv6View.HeaderBytes + ip.PayloadBytes);
        Ipv6Extensions extensions = Ipv6Extensions.Read(ip.NextHeader, head[Ipv6View.HeaderBytes..end]);
        IpHeaderInfo info = new()
        {
            Interface = by,
            Source = ip.Source,
            Destination = ip.Destination,
            Protocol = extensions.Protocol,
            TimeToLive = ip.HopLimit,
            TypeOfService = ip.TrafficClass,
        };
        if (!extensions.IsValid || !IsForUs(ref info))
        {
            Counters.IpV6.HeaderErrors += extensions.IsValid ? 0u : 1;
            Counters.IpV6.AddressErrors += extensions.IsValid ? 1u : 0;
            Drop(by, packet);
            return;
        }

        packet.Truncate(Ipv6View.HeaderBytes + ip.PayloadBytes);
        packet.TrimFront(Ipv6View.HeaderBytes + extensions.Bytes);
        if (extensions.IsFragment && (extensions.HasMoreFragments || extensions.FragmentOffset != 0))
        {
            Reassembly.Add(info, packet, extensions.FragmentIdentification, extensions.FragmentOffset, extensions.HasMoreFragments);
            return;
        }

        // An atomic fragment is a whole packet (RFC 6946).
        Deliver(ref info, packet, head[(Ipv6View.HeaderBytes + extensions.Bytes)..end]);
    }
}
