using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// What is counted of packets (RFC 4293, 4022, 4113, 4292) beside what the interfaces count. The busiest paths have no counter of their own: what TCP over IPv4 received and sent is what is left of
/// the interfaces' packets when the others are taken off.
/// </summary>
public sealed class NetCounters
{
    /// <summary>Frames that are not IP, and packets of IPv6.</summary>
    public ulong OtherReceived;
    public ulong OtherSent;
    public ulong ReceivedV6;
    public ulong SentV6;

    /// <summary>Packets to nowhere.</summary>
    public ulong NoRoute;

    public IpCounters IpV4;
    public IpCounters IpV6;
    public UdpCounters UdpV4;
    public UdpCounters UdpV6;
    public IcmpCounters IcmpV4 = new();
    public IcmpCounters IcmpV6 = new();

    /// <summary>Connections that were begun from here and from elsewhere, that could not be made, that were reset.</summary>
    public ulong TcpActive;
    public ulong TcpPassive;
    public ulong TcpFailed;
    public ulong TcpReset;
    public ulong TcpRetransmitted;
    public ulong TcpBad;
    public ulong TcpResetsSent;
    public TcpEvents Tcp;

    /// <summary>UDP's over a version of IP.</summary>
    public ref UdpCounters Udp(bool isV4)
    {
        if (isV4)
        {
            return ref UdpV4;
        }

        return ref UdpV6;
    }

    /// <summary>A message of ICMP that a raw socket sends, or another packet of one.</summary>
    public void NoteRaw(byte protocol, bool isV4, byte type)
    {
        if (protocol == IpProtocol.Icmp && isV4)
        {
            IcmpV4.Sent++;
            IcmpV4.SentByType[type]++;
        }
        else if (protocol == IpProtocol.IcmpV6 && !isV4)
        {
            IcmpV6.Sent++;
            IcmpV6.SentByType[type]++;
        }
        else
        {
            Ip(isV4).OthersSent++;
        }
    }

    /// <summary>Those of a version of IP.</summary>
    public ref IpCounters Ip(bool isV4)
    {
        if (isV4)
        {
            return ref IpV4;
        }

        return ref IpV6;
    }
}
