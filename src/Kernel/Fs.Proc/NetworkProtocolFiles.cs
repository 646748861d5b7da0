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
        net.AddText("netstat", text => ExtendedCounterFile.Write(sockets, text));
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
        (ulong received, ulong sent) = Totals(stack);
        ulong receivedV4 = Less(received, c.OtherReceived + c.ReceivedV6);
        ulong sentV4 = Less(sent, c.OtherSent + c.SentV6);
        Line(
            text,
            "Ip",
            "Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes "
            + "ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates",
            [
                NotForwarding, stack.Options.TimeToLive, receivedV4, c.IpV4.HeaderErrors, c.IpV4.AddressErrors, 0, c.IpV4.UnknownProtocols, 0, DeliveredOf(c.IpV4, receivedV4),
                RequestsOf(c.IpV4, sentV4), 0, c.NoRoute, c.IpV4.ReassemblyTimeouts, c.IpV4.Fragments, c.IpV4.Reassembled, c.IpV4.NotReassembled, c.IpV4.Fragmented, c.IpV4.NotFragmented,
                c.IpV4.FragmentsSent,
            ]);
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
        ulong segmentsIn = Less(DeliveredOf(c.IpV4, receivedV4), udpIn + c.IcmpV4.Received + c.IpV4.OthersReceived)
            + Less(DeliveredOf(c.IpV6, c.ReceivedV6), Udp6In(c) + c.IcmpV6.Received + c.IpV6.OthersReceived);
        ulong segmentsOut = Less(RequestsOf(c.IpV4, sentV4), c.UdpV4.Sent + c.IcmpV4.Sent + c.IpV4.OthersSent)
            + Less(RequestsOf(c.IpV6, c.SentV6), c.UdpV6.Sent + c.IcmpV6.Sent + c.IpV6.OthersSent);
        Line(
            text,
            "Tcp",
            "RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors",
            [1, 200, 120000, ulong.MaxValue, c.TcpActive, c.TcpPassive, c.TcpFailed, c.TcpReset, Established(stack), segmentsIn, segmentsOut, c.TcpRetransmitted, c.TcpBad, c.TcpResetsSent, c.TcpBad]);
        const string Udp = "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors";
        Line(text, "Udp", Udp, [c.UdpV4.Read, c.UdpV4.NoPort, c.UdpV4.Full + c.UdpV4.BadChecksum, c.UdpV4.Sent, c.UdpV4.Full, 0, c.UdpV4.BadChecksum, 0, 0]);
        Line(text, "UdpLite", Udp, [0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    private static void WriteV6(SocketSystem sockets, ByteText text)
    {
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        NetCounters c = stack.Counters;
        ref IpCounters ip = ref c.IpV6;
        Column(
            text,
            "Ip6",
            "InReceives InHdrErrors InTooBigErrors InNoRoutes InAddrErrors InUnknownProtos InTruncatedPkts InDiscards InDelivers OutForwDatagrams OutRequests OutDiscards OutNoRoutes "
            + "ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates InMcastPkts OutMcastPkts InOctets OutOctets InMcastOctets OutMcastOctets InBcastOctets "
            + "OutBcastOctets InNoECTPkts InECT1Pkts InECT0Pkts InCEPkts",
            [
                c.ReceivedV6, ip.HeaderErrors, 0, 0, ip.AddressErrors, ip.UnknownProtocols, 0, 0, DeliveredOf(ip, c.ReceivedV6), 0, RequestsOf(ip, c.SentV6), 0, 0,
                ip.ReassemblyTimeouts, ip.Fragments, ip.Reassembled, ip.NotReassembled, ip.Fragmented, ip.NotFragmented, ip.FragmentsSent, 0, 0,
                ip.OctetsReceived, ip.OctetsSent, 0, 0, 0, 0, c.ReceivedV6, 0, 0, 0,
            ]);
        ulong[] i = c.IcmpV6.ReceivedByType;
        ulong[] o = c.IcmpV6.SentByType;
        Column(text, "Icmp6", "InMsgs InErrors OutMsgs OutErrors InCsumErrors OutRateLimitHost InDestUnreachs InPktTooBigs InTimeExcds InParmProblems InEchos InEchoReplies InGroupMembQueries InGroupMembResponses InGroupMembReductions InRouterSolicits InRouterAdvertisements InNeighborSolicits InNeighborAdvertisements InRedirects InMLDv2Reports OutDestUnreachs OutPktTooBigs OutTimeExcds OutParmProblems OutEchos OutEchoReplies OutGroupMembQueries OutGroupMembResponses OutGroupMembReductions OutRouterSolicits OutRouterAdvertisements OutNeighborSolicits OutNeighborAdvertisements OutRedirects OutMLDv2Reports",
            [
                c.IcmpV6.Received, c.IcmpV6.Bad, c.IcmpV6.Sent, 0, c.IcmpV6.Bad, 0,
                i[1], i[2], i[3], i[4], i[128], i[129], i[130], i[131], i[132], i[133], i[134], i[135], i[136], i[137], i[143],
                o[1], o[2], o[3], o[4], o[128], o[129], o[130], o[131], o[132], o[133], o[134], o[135], o[136], o[137], o[143],
            ]);
        WriteTypesV6(text, i, o);
        const string Udp = "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors";
        Column(text, "Udp6", Udp, [c.UdpV6.Read, c.UdpV6.NoPort, c.UdpV6.Full + c.UdpV6.BadChecksum, c.UdpV6.Sent, c.UdpV6.Full, 0, c.UdpV6.BadChecksum, 0, 0]);
        Column(text, "UdpLite6", "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors MemErrors", [0, 0, 0, 0, 0, 0, 0, 0]);
    }

    private static void WriteCounts(SocketSystem sockets, ByteText text)
    {
        text.Add("TCP6: inuse "u8).Add(sockets.CountOf(SocketKind.Stream, AddressFamily.Inet6)).Add("\nUDP6: inuse "u8).Add(sockets.CountOf(SocketKind.Datagram, AddressFamily.Inet6));
        text.Add("\nUDPLITE6: inuse 0\nRAW6: inuse "u8).Add(sockets.CountOf(SocketKind.Raw, AddressFamily.Inet6)).Add("\nFRAG6: inuse 0 memory 0\n"u8);
    }

    /// <summary>
    /// Each protocol of sockets with how many there are; the letters say which calls Linux's protocol has of its own (net/core/sock.c).
    /// </summary>
    private static void WriteProtocols(SocketSystem sockets, ByteText text)
    {
        text.Add("protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re sp bi br ha uh gp em\n"u8);
        foreach ((string name, SocketKind kind, AddressFamily family, bool isPing, string calls) in ((string, SocketKind, AddressFamily, bool, string)[])
            [
                ("PINGv6", SocketKind.Datagram, AddressFamily.Inet6, true, "y  y  y  n  n  y  n  n  y  y  y  y  n  y  y  y  y  y  n"),
                ("RAWv6", SocketKind.Raw, AddressFamily.Inet6, false, "y  y  y  n  y  y  y  n  y  y  y  y  n  y  y  y  y  n  n"),
                ("UDPv6", SocketKind.Datagram, AddressFamily.Inet6, false, "y  y  y  n  y  y  y  n  y  y  y  y  n  n  n  y  y  y  n"),
                ("TCPv6", SocketKind.Stream, AddressFamily.Inet6, false, "y  y  y  y  y  y  y  y  y  y  y  y  y  n  y  y  y  y  y"),
                ("PING", SocketKind.Datagram, AddressFamily.Inet, true, "y  y  y  n  n  y  n  n  y  y  y  y  n  y  y  y  y  y  n"),
                ("RAW", SocketKind.Raw, AddressFamily.Inet, false, "y  y  y  n  y  y  y  n  y  y  y  y  n  y  y  y  y  n  n"),
                ("UDP", SocketKind.Datagram, AddressFamily.Inet, false, "y  y  y  n  y  y  y  n  y  y  y  y  y  n  n  y  y  y  n"),
                ("TCP", SocketKind.Stream, AddressFamily.Inet, false, "y  y  y  y  y  y  y  y  y  y  y  y  y  n  y  y  y  y  y"),
            ])
        {
            AddProtocol(text, name, sockets.CountOf(kind, family, isPing), isPing ? SocketKind.Raw : kind, calls);
        }

        int unix = 0;
        foreach (UnixSocketState _ in sockets.UnixSockets())
        {
            unix++;
        }

        int netlink = 0;
        foreach ((int, uint, uint, int, ulong) _ in sockets.NetlinkSocketStates())
        {
            netlink++;
        }

        AddProtocol(text, "UNIX", unix, SocketKind.Raw, "y  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n");
        AddProtocol(text, "NETLINK", netlink, SocketKind.Raw, "n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n");
    }

    /// <summary>Memory is told of protocols that have an account of it; blocks have no size that a program could mean.</summary>
    private static void AddProtocol(ByteText text, string name, int count, SocketKind kind, string calls)
    {
        int start = text.Length;
        text.Add(name);
        while (text.Length < start + 10)
        {
            text.Add((byte)' ');
        }

        text.AddRight(0, 4).Add(" "u8).AddRight((ulong)count, 6);
        text.Add(kind switch
        {
            SocketKind.Stream => "       0   no     256   yes  kernel      "u8,
            SocketKind.Datagram => "       0   NI       0   yes  kernel      "u8,
            _ => "      -1   NI       0   yes  kernel      "u8,
        }).Add(calls).Add("\n"u8);
    }

    private static ulong Udp6In(NetCounters c) => c.UdpV6.Received + c.UdpV6.NoPort + c.UdpV6.Full + c.UdpV6.BadChecksum;

    /// <summary>Packets for a protocol: those that are fragments count as the one they make.</summary>
    private static ulong DeliveredOf(in IpCounters ip, ulong received) => Less(received + ip.Reassembled, ip.HeaderErrors + ip.AddressErrors + ip.UnknownProtocols + ip.Fragments);

    /// <summary>Packets of a protocol: one that left in fragments is one.</summary>
    private static ulong RequestsOf(in IpCounters ip, ulong sent) => Less(sent + ip.Fragmented, ip.FragmentsSent);

    private static (ulong Received, ulong Sent) Totals(NetStack stack)
    {
        (ulong received, ulong sent) = (0UL, 0UL);
        foreach (NetInterface each in stack.Interfaces)
        {
            received += each.Statistics.ReceivedPackets;
            sent += each.Statistics.SentPackets;
        }

        return (received, sent);
    }

    private static ulong Established(NetStack stack)
    {
        ulong count = 0;
        stack.Tcp.ForEachConnection(connection => count += connection.State is TcpState.Established or TcpState.CloseWait ? 1u : 0);
        return count;
    }

    internal static ulong Less(ulong from, ulong what) => from > what ? from - what : 0;

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

    /// <summary>A line for each type of message that came up at all: first those that came.</summary>
    private static void WriteTypesV6(ByteText text, ulong[] received, ulong[] sent)
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

                int line = text.Length;
                text.Add("Icmp6"u8).Add(direction == 0 ? "InType"u8 : "OutType"u8).Add(type);
                while (text.Length < line + 32)
                {
                    text.Add((byte)' ');
                }

                text.Add("\t"u8).Add(counted[type]).Add("\n"u8);
            }
        }
    }

    /// <summary>A line of names and one of numbers; the largest number is told as -1.</summary>
    internal static void Line(ByteText text, string protocol, string names, System.ReadOnlySpan<ulong> numbers)
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
