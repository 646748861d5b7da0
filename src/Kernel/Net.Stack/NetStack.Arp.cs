using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// Neighbours: asking for them and answering (RFC 826, RFC 5227).
public sealed partial class NetStack
{
    [AllocationFree]
    internal void AskForNeighbor(NetInterface by, NeighborEntry entry)
    {
        if (!entry.Address.IsV4)
        {
            Icmp.SendNeighborSolicitation(by, entry.Address, entry.State == NeighborState.Probe ? entry.Mac : default);
            return;
        }

        _ = by.TryChooseSource(entry.Address, out IpAddress source);
        SendArp(by, ArpView.Request, source.IsV4 ? source : IpAddress.AnyV4, entry.Address, default, entry.State == NeighborState.Probe ? entry.Mac : MacAddress.Broadcast);
    }

    /// <summary>Tells the link that an address is this interface's (RFC 5227, 2.3).</summary>
    public void Announce(NetInterface by, IpAddress address)
    {
        if (address.IsV4)
        {
            SendArp(by, ArpView.Request, address, address, default, MacAddress.Broadcast);
        }
        else
        {
            Icmp.SendNeighborAdvertisement(by, address, IpAddress.AllNodes, isSolicited: false);
        }
    }

    [AllocationFree]
    private void ReceiveArp(NetInterface by, PacketBuffer packet)
    {
        Span<byte> bytes = stackalloc byte[ArpView.Bytes];
        bool isFine = ArpView.TryParse(bytes[..packet.Read(0, bytes)], out ArpView arp) && !arp.SenderMac.IsMulticast && arp.SenderMac != by.Mac;
        packet.Release();
        if (!isFine || by.IsLoopback)
        {
            by.Statistics.ReceiveDrops++;
            return;
        }

        IpAddress sender = arp.SenderIp;
        bool isForUs = by.HasAddress(arp.TargetIp);
        if (!sender.IsUnspecified && !sender.IsMartianSource && !by.IsBroadcast(sender) && !by.HasAddress(sender))
        {
            // What is known is brought up to date by anything; a new entry is made only for who asks for us.
            NeighborEntry? entry = by.Neighbors.Find(sender);
            if (entry == null && isForUs && arp.Operation == ArpView.Request)
            {
                entry = by.Neighbors.FindOrAdd(sender);
            }

            if (entry != null)
            {
                by.Neighbors.Learn(entry, arp.SenderMac, isAnswer: isForUs && arp.Operation == ArpView.Reply);
            }
        }

        if (isForUs && arp.Operation == ArpView.Request)
        {
            SendArp(by, ArpView.Reply, arp.TargetIp, sender, arp.SenderMac, arp.SenderMac);
        }
    }

    [AllocationFree]
    private void SendArp(NetInterface by, ushort operation, IpAddress sender, IpAddress target, MacAddress targetMac, MacAddress to)
    {
        if (!Pool.TryTakePacket(out PacketBuffer packet))
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[ArpView.Bytes];
        ArpView.Write(bytes, operation, by.Mac, sender, targetMac, target);
        packet.Prepend(bytes);
        Counters.OtherSent++;
        SendFrame(by, packet, to, EtherType.Arp);
    }

    /// <summary>A neighbour does not answer: whoever sent the packet hears of it.</summary>
    [AllocationFree]
    internal void NeighborFailed(PacketBuffer packet)
    {
        Icmp.HandleUnsent(packet, NetError.HostUnreachable);
        packet.Release();
    }

    /// <summary>Whether DHCP is looking for an address of the interface: its answers may come to the one that is offered.</summary>
    private static bool IsConfiguring(NetInterface by) => by.Dhcp.State is DhcpState.Selecting or DhcpState.Requesting;
}
