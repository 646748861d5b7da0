using System;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Net.Stack;

namespace Mote.Kernel.Fs.Proc;

/// <summary>
/// /proc/net/netstat: Linux's counters beyond those of the standards, all names of 6.1 (net/ipv4/proc.c). What is not counted here is zero.
/// </summary>
internal static class ExtendedCounterFile
{
    private const string TcpNames =
        "SyncookiesSent SyncookiesRecv SyncookiesFailed EmbryonicRsts PruneCalled RcvPruned OfoPruned OutOfWindowIcmps " +
        "LockDroppedIcmps ArpFilter TW TWRecycled TWKilled PAWSActive PAWSEstab DelayedACKs DelayedACKLocked DelayedACKLost " +
        "ListenOverflows ListenDrops TCPHPHits TCPPureAcks TCPHPAcks TCPRenoRecovery TCPSackRecovery TCPSACKReneging " +
        "TCPSACKReorder TCPRenoReorder TCPTSReorder TCPFullUndo TCPPartialUndo TCPDSACKUndo TCPLossUndo TCPLostRetransmit " +
        "TCPRenoFailures TCPSackFailures TCPLossFailures TCPFastRetrans TCPSlowStartRetrans TCPTimeouts TCPLossProbes " +
        "TCPLossProbeRecovery TCPRenoRecoveryFail TCPSackRecoveryFail TCPRcvCollapsed TCPBacklogCoalesce TCPDSACKOldSent " +
        "TCPDSACKOfoSent TCPDSACKRecv TCPDSACKOfoRecv TCPAbortOnData TCPAbortOnClose TCPAbortOnMemory TCPAbortOnTimeout " +
        "TCPAbortOnLinger TCPAbortFailed TCPMemoryPressures TCPMemoryPressuresChrono TCPSACKDiscard TCPDSACKIgnoredOld " +
        "TCPDSACKIgnoredNoUndo TCPSpuriousRTOs TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure TCPSackShifted TCPSackMerged " +
        "TCPSackShiftFallback TCPBacklogDrop PFMemallocDrop TCPMinTTLDrop TCPDeferAcceptDrop IPReversePathFilter " +
        "TCPTimeWaitOverflow TCPReqQFullDoCookies TCPReqQFullDrop TCPRetransFail TCPRcvCoalesce TCPOFOQueue TCPOFODrop " +
        "TCPOFOMerge TCPChallengeACK TCPSYNChallenge TCPFastOpenActive TCPFastOpenActiveFail TCPFastOpenPassive " +
        "TCPFastOpenPassiveFail TCPFastOpenListenOverflow TCPFastOpenCookieReqd TCPFastOpenBlackhole TCPSpuriousRtxHostQueues " +
        "BusyPollRxPackets TCPAutoCorking TCPFromZeroWindowAdv TCPToZeroWindowAdv TCPWantZeroWindowAdv TCPSynRetrans " +
        "TCPOrigDataSent TCPHystartTrainDetect TCPHystartTrainCwnd TCPHystartDelayDetect TCPHystartDelayCwnd " +
        "TCPACKSkippedSynRecv TCPACKSkippedPAWS TCPACKSkippedSeq TCPACKSkippedFinWait2 TCPACKSkippedTimeWait " +
        "TCPACKSkippedChallenge TCPWinProbe TCPKeepAlive TCPMTUPFail TCPMTUPSuccess TCPDelivered TCPDeliveredCE " +
        "TCPAckCompressed TCPZeroWindowDrop TCPRcvQDrop TCPWqueueTooBig TCPFastOpenPassiveAltKey TcpTimeoutRehash " +
        "TcpDuplicateDataRehash TCPDSACKRecvSegs TCPDSACKIgnoredDubious TCPMigrateReqSuccess TCPMigrateReqFailure";

    private const string IpNames =
        "InNoRoutes InTruncatedPkts InMcastPkts OutMcastPkts InBcastPkts OutBcastPkts InOctets OutOctets InMcastOctets OutMcastOctets InBcastOctets "
        + "OutBcastOctets InCsumErrors InNoECTPkts InECT1Pkts InECT0Pkts InCEPkts ReasmOverlaps";

    private const ulong LinkHeaderBytes = 14;

    public static void Write(SocketSystem sockets, ByteText text)
    {
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        WriteTcp(stack, text);
        (ulong octetsIn, ulong octetsOut, ulong groups, ulong packets) = (0UL, 0UL, 0UL, 0UL);
        foreach (NetInterface each in stack.Interfaces)
        {
            // Without the link's headers.
            ulong link = each.IsLoopback ? 0 : LinkHeaderBytes;
            octetsIn += each.Statistics.ReceivedBytes - (link * each.Statistics.ReceivedPackets);
            octetsOut += each.Statistics.SentBytes - (link * each.Statistics.SentPackets);
            groups += each.Statistics.ReceivedMulticasts;
            packets += each.Statistics.ReceivedPackets;
        }

        octetsIn = NetworkProtocolFiles.Less(octetsIn, stack.Counters.IpV6.OctetsReceived);
        octetsOut = NetworkProtocolFiles.Less(octetsOut, stack.Counters.IpV6.OctetsSent);
        ulong plain = NetworkProtocolFiles.Less(packets, stack.Counters.OtherReceived + stack.Counters.ReceivedV6);
        NetworkProtocolFiles.Line(text, "IpExt", IpNames, [0, 0, groups, 0, 0, 0, octetsIn, octetsOut, 0, 0, 0, 0, 0, plain, 0, 0, 0, 0]);
    }

    private static void WriteTcp(NetStack stack, ByteText text)
    {
        text.Add("TcpExt: "u8).Add(TcpNames).Add("\nTcpExt:"u8);
        int start = 0;
        for (int i = 0; i <= TcpNames.Length; i++)
        {
            if (i == TcpNames.Length || TcpNames[i] == ' ')
            {
                text.Add(" "u8).Add(ValueOf(stack, TcpNames.AsSpan(start, i - start)));
                start = i + 1;
            }
        }

        text.Add("\n"u8);
    }

    private static ulong ValueOf(NetStack stack, ReadOnlySpan<char> name)
    {
        ref TcpEvents t = ref stack.Counters.Tcp;
        return name switch
        {
            "SyncookiesSent" => stack.Tcp.CookiesSent,
            "SyncookiesRecv" => stack.Tcp.CookiesAccepted,
            "EmbryonicRsts" => t.EmbryonicResets,
            "TW" => t.TimeWaitsDone,
            "PAWSEstab" => t.OldTimestamps,
            "DelayedACKs" => t.DelayedAcks,
            "ListenOverflows" => t.ListenOverflows,
            "ListenDrops" => t.ListenOverflows + t.FullDrops,
            "TCPFastRetrans" => t.FastRetransmits,
            "TCPSlowStartRetrans" => t.SlowStartRetransmits,
            "TCPTimeouts" => t.Timeouts,
            "TCPLossProbes" => t.LossProbes,
            "TCPAbortOnData" => t.AbortsOnData,
            "TCPAbortOnClose" => t.AbortsOnClose,
            "TCPAbortOnTimeout" => t.AbortsOnTimeout,
            "TCPTimeWaitOverflow" => t.TimeWaitOverflows,
            "TCPReqQFullDoCookies" => t.FullDoCookies,
            "TCPReqQFullDrop" => t.FullDrops,
            "TCPOFOQueue" => t.OutOfOrder,
            "TCPChallengeACK" => t.Challenges,
            "TCPSynRetrans" => t.SynRetransmits,
            "TCPWinProbe" => t.WindowProbes,
            "TCPKeepAlive" => t.KeepAlives,
            _ => 0,
        };
    }
}
