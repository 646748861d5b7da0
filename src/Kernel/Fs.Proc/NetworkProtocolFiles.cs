using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Net.Stack;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/net/snmp, snmp6, netstat, sockstat6 and protocols: counters of the protocols, as nstat(8), netstat(8) and libraries read them. What the machine does not do counts zero.</summary>
internal static class NetworkProtocolFiles
{
    public static void AddTo(SocketSystem sockets, FixedDirectory net)
    {
        net.AddText("snmp", text => WriteV4(sockets, text));
        net.AddText("snmp6", text => WriteV6(sockets, text));
        net.AddText("netstat", text => WriteExtended(sockets, text));
        net.AddText("sockstat6", text => WriteCounts(sockets, text));
        net.AddText("protocols", text => WriteProtocols(sockets, text));
    }

    private static void WriteV4(SocketSystem sockets, ByteText text)
    {
        const ulong NotForwarding = 2;
        const int Unreachable = 3;
        const int Quench = 4;
        const int Redirect = 5;
        const int Echo = 8;
        const int Exceeded = 11;
        const int Problem = 12;
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        NetCounters c = stack.Counters;
        (ulong received, ulong sent, ulong dropped) = Totals(stack);
        ulong receivedV4 = Less(received, c.OtherReceived + c.ReceivedV6);
        ulong sentV4 = Less(sent, c.OtherSent + c.SentV6);
        Line(
            text,
            "Ip",
            "Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates OutTransmits",
            [NotForwarding, stack.Options.TimeToLive, receivedV4, 0, 0, 0, 0, 0, Less(receivedV4, dropped), sentV4, 0, c.NoRoute, 0, 0, 0, 0, 0, 0, 0, sentV4]);
        ulong[] i = c.IcmpV4.ReceivedByType;
        ulong[] o = c.IcmpV4.SentByType;
        Line(
            text,
            "Icmp",
            "InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InSrcQuenchs InRedirects InEchos InEchoReps InTimestamps InTimestampReps InAddrMasks InAddrMaskReps OutMsgs OutErrors OutRateLimitGlobal OutRateLimitHost OutDestUnreachs OutTimeExcds OutParmProbs OutSrcQuenchs OutRedirects OutEchos OutEchoReps OutTimestamps OutTimestampReps OutAddrMasks OutAddrMaskReps",
            [
                c.IcmpV4.Received, c.IcmpV4.Bad, c.IcmpV4.Bad, i[Unreachable], i[Exceeded], i[Problem], i[Quench], i[Redirect], i[Echo], i[0], i[13], i[14], i[17], i[18],
                c.IcmpV4.Sent, 0, 0, 0, o[Unreachable], o[Exceeded], o[Problem], o[Quench], o[Redirect], o[Echo], o[0], o[13], o[14], o[17], o[18],
            ]);
        WriteTypes(text, i, o);
        ulong udpIn = c.UdpV4.Received + c.UdpV4.NoPort + c.UdpV4.Full + c.UdpV4.BadChecksum;
        ulong segmentsIn = Less(Less(receivedV4, dropped), udpIn + c.IcmpV4.Received) + Less(c.ReceivedV6, Udp6In(c) + c.IcmpV6.Received);
        ulong segmentsOut = Less(sentV4, c.UdpV4.Sent + c.IcmpV4.Sent) + Less(c.SentV6, c.UdpV6.Sent + c.IcmpV6.Sent);
        Line(
            text,
            "Tcp",
            "RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors",
            [1, 200, 120000, ulong.MaxValue, c.TcpActive, c.TcpPassive, c.TcpFailed, c.TcpReset, Established(stack), segmentsIn, segmentsOut, c.TcpRetransmitted, c.TcpBad, c.TcpResetsSent, c.TcpBad]);
        const string Udp = "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors";
        Line(text, "Udp", Udp, [c.UdpV4.Received, c.UdpV4.NoPort, c.UdpV4.Full + c.UdpV4.BadChecksum, c.UdpV4.Sent, c.UdpV4.Full, 0, c.UdpV4.BadChecksum, 0, 0]);
        Line(text, "UdpLite", Udp, [0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    private static void WriteV6(SocketSystem sockets, ByteText text)
    {
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        NetCounters c = stack.Counters;
        Column(text, "Ip6", "InReceives InHdrErrors InTooBigErrors InNoRoutes InAddrErrors InUnknownProtos InTruncatedPkts InDiscards InDelivers OutForwDatagrams OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates InMcastPkts OutMcastPkts InOctets OutOctets InMcastOctets OutMcastOctets InBcastOctets OutBcastOctets InNoECTPkts InECT1Pkts InECT0Pkts InCEPkts OutTransmits",
            [c.ReceivedV6, 0, 0, 0, 0, 0, 0, 0, c.ReceivedV6, 0, c.SentV6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, c.SentV6]);
        ulong[] i = c.IcmpV6.ReceivedByType;
        ulong[] o = c.IcmpV6.SentByType;
        Column(text, "Icmp6", "InMsgs InErrors OutMsgs OutErrors InCsumErrors OutRateLimitHost InDestUnreachs InPktTooBigs InTimeExcds InParmProblems InEchos InEchoReplies InGroupMembQueries InGroupMembResponses InGroupMembReductions InRouterSolicits InRouterAdvertisements InNeighborSolicits InNeighborAdvertisements InRedirects InMLDv2Reports OutDestUnreachs OutPktTooBigs OutTimeExcds OutParmProblems OutEchos OutEchoReplies OutGroupMembQueries OutGroupMembResponses OutGroupMembReductions OutRouterSolicits OutRouterAdvertisements OutNeighborSolicits OutNeighborAdvertisements OutRedirects OutMLDv2Reports",
            [
                c.IcmpV6.Received, c.IcmpV6.Bad, c.IcmpV6.Sent, 0, c.IcmpV6.Bad, 0,
                i[1], i[2], i[3], i[4], i[128], i[129], i[130], i[131], i[132], i[133], i[134], i[135], i[136], i[137], i[143],
                o[1], o[2], o[3], o[4], o[128], o[129], o[130], o[131], o[132], o[133], o[134], o[135], o[136], o[137], o[143],
            ]);
        const string Udp = "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors";
        Column(text, "Udp6", Udp, [c.UdpV6.Received, c.UdpV6.NoPort, c.UdpV6.Full + c.UdpV6.BadChecksum, c.UdpV6.Sent, c.UdpV6.Full, 0, c.UdpV6.BadChecksum, 0, 0]);
        Column(text, "UdpLite6", "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors MemErrors", [0, 0, 0, 0, 0, 0, 0, 0]);
    }

    /// <summary>Of Linux's extended counters those that are counted here.</summary>
    private static void WriteExtended(SocketSystem sockets, ByteText text)
    {
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        Line(text, "TcpExt", "SyncookiesSent SyncookiesRecv TW", [stack.Tcp.CookiesSent, stack.Tcp.CookiesAccepted, (ulong)stack.Tcp.TimeWaitCount]);
        ulong octetsIn = 0;
        ulong octetsOut = 0;
        ulong groups = 0;
        foreach (NetInterface each in stack.Interfaces)
        {
            octetsIn += each.Statistics.ReceivedBytes;
            octetsOut += each.Statistics.SentBytes;
            groups += each.Statistics.ReceivedMulticasts;
        }

        Line(text, "IpExt", "InNoRoutes InTruncatedPkts InMcastPkts OutMcastPkts InBcastPkts OutBcastPkts InOctets OutOctets", [0, 0, groups, 0, 0, 0, octetsIn, octetsOut]);
    }

    private static void WriteCounts(SocketSystem sockets, ByteText text)
    {
        text.Add("TCP6: inuse "u8).Add(sockets.CountOf(SocketKind.Stream, AddressFamily.Inet6)).Add("\nUDP6: inuse "u8).Add(sockets.CountOf(SocketKind.Datagram, AddressFamily.Inet6));
        text.Add("\nUDPLITE6: inuse 0\nRAW6: inuse "u8).Add(sockets.CountOf(SocketKind.Raw, AddressFamily.Inet6)).Add("\nFRAG6: inuse 0 memory 0\n"u8);
    }

    private static void WriteProtocols(SocketSystem sockets, ByteText text)
    {
        text.Add("protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi br ha uh gp em\n"u8);
        foreach ((string name, SocketKind kind, AddressFamily family) in ((string, SocketKind, AddressFamily)[])
            [("UDPv6", SocketKind.Datagram, AddressFamily.Inet6), ("TCPv6", SocketKind.Stream, AddressFamily.Inet6), ("UDP", SocketKind.Datagram, AddressFamily.Inet), ("TCP", SocketKind.Stream, AddressFamily.Inet)])
        {
            int start = text.Length;
            text.Add(name);
            while (text.Length < start + 10)
            {
                text.Add((byte)' ');
            }

            text.AddRight(0, 4).Add(" "u8).AddRight((ulong)sockets.CountOf(kind, family), 6);
            text.Add(kind == SocketKind.Stream
                ? "       0   no       0   yes  kernel      y  y  y  y  y  y  y  y  y  y  y  y  n  y  y  y  y  y\n"u8
                : "       0   NI       0   yes  kernel      y  y  y  n  y  y  y  n  y  y  y  y  n  n  y  y  y  n\n"u8);
        }
    }

    private static ulong Udp6In(NetCounters c) => c.UdpV6.Received + c.UdpV6.NoPort + c.UdpV6.Full + c.UdpV6.BadChecksum;

    private static (ulong Received, ulong Sent, ulong Dropped) Totals(NetStack stack)
    {
        (ulong received, ulong sent, ulong dropped) = (0UL, 0UL, 0UL);
        foreach (NetInterface each in stack.Interfaces)
        {
            received += each.Statistics.ReceivedPackets;
            sent += each.Statistics.SentPackets;
            dropped += each.Statistics.ReceiveErrors;
        }

        return (received, sent, dropped);
    }

    private static ulong Established(NetStack stack)
    {
        ulong count = 0;
        stack.Tcp.ForEachConnection(connection => count += connection.State is TcpState.Established or TcpState.CloseWait ? 1u : 0);
        return count;
    }

    private static ulong Less(ulong from, ulong what) => from > what ? from - what : 0;

    /// <summary>IcmpMsg: messages by type, of which those that came up at all have a column.</summary>
    private static void WriteTypes(ByteText text, ulong[] received, ulong[] sent)
    {
        int count = 0;
        foreach (bool isValue in (System.ReadOnlySpan<bool>)[false, true])
        {
            for (int direction = 0; direction < 2; direction++)
            {
                ulong[] counted = direction == 0 ? received : sent;
                for (int type = 0; type < counted.Length; type++)
                {
                    if (counted[type] == 0)
                    {
                        continue;
                    }

                    if (count++ == 0)
                    {
                        text.Add("IcmpMsg:"u8);
                    }

                    if (isValue)
                    {
                        text.Add(" "u8).Add(counted[type]);
                    }
                    else
                    {
                        text.Add(direction == 0 ? " InType"u8 : " OutType"u8).Add(type);
                    }
                }
            }

            if (count != 0)
            {
                text.Add("\n"u8);
            }

            count = 0;
        }
    }

    /// <summary>A line of names and one of numbers; the largest number is told as -1.</summary>
    private static void Line(ByteText text, string protocol, string names, System.ReadOnlySpan<ulong> numbers)
    {
        text.Add(protocol).Add(": "u8).Add(names).Add("\n"u8).Add(protocol).Add(":"u8);
        foreach (ulong number in numbers)
        {
            text.Add(" "u8);
            _ = number == ulong.MaxValue ? text.Add(-1) : text.Add(number);
        }

        text.Add("\n"u8);
    }

    /// <summary>A line for each name, in 32 columns, and its number.</summary>
    private static void Column(ByteText text, string prefix, string names, System.ReadOnlySpan<ulong> numbers)
    {
        int at = 0;
        int start = 0;
        for (int i = 0; i <= names.Length; i++)
        {
            if (i < names.Length && names[i] != ' ')
            {
                continue;
            }

            int line = text.Length;
            text.Add(prefix).Add(names[start..i]);
            while (text.Length < line + 32)
            {
                text.Add((byte)' ');
            }

            text.Add("\t"u8).Add(numbers[at++]).Add("\n"u8);
            start = i + 1;
        }
    }
}
