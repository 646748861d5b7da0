using System;
using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Connections that no program has open any more: those whose end is on its way, and those in TIME-WAIT. They are in /proc/net/tcp all the same.</summary>
internal static class InetSocketStates
{
    private const ulong MillisecondNs = 1_000_000;

    /// <summary>What a connection is doing now.</summary>
    public static InetSocketState Of(TcpConnection connection, uint user, ulong inode)
    {
        const byte SendsAgain = 1;
        const uint NoThreshold = 0x7fff_ffff;
        Instant now = Clock.Now;
        TcpInfo info = connection.GetInfo(now);
        bool isTiming = !connection.RetransmitsAt.IsNever && connection.Unacknowledged > 0;
        return new InetSocketState(connection.Local, connection.Remote, (byte)connection.State, connection.Unacknowledged, connection.Available, user, inode, 0)
        {
            Timer = isTiming ? SendsAgain : (byte)0,
            TimerMs = isTiming ? Left(connection.RetransmitsAt, now) : 0,
            Retransmits = info.Retransmits,
            Interface = connection.BoundInterface,
            RetransmitTimeoutMs = info.RetransmitTimeout / 1000,
            CongestionWindow = info.CongestionWindow,
            SlowStartThreshold = info.SlowStartThreshold == NoThreshold ? null : info.SlowStartThreshold,
        };
    }

    public static List<InetSocketState> WithoutSocket(NetStack stack, AddressFamily family)
    {
        const byte EndsTimeWait = 3;
        bool isV4 = family == AddressFamily.Inet;
        List<InetSocketState> found = [];
        stack.Tcp.ForEachConnection(connection =>
        {
            // Closed by its program, or not accepted yet.
            if ((connection.IsOrphan || connection.Observer == null) && connection.Family == InetSocket.StackFamily(family))
            {
                found.Add(Of(connection, 0, 0));
            }
        });
        Instant now = Clock.Now;
        stack.Tcp.ForEachTimeWait((local, remote, until) =>
        {
            // The record does not say of which family its socket was: the addresses do, nearly always.
            if (local.Address.IsV4 == isV4)
            {
                found.Add(new InetSocketState(local, remote, (byte)TcpState.TimeWait, 0, 0, 0, 0, 0) { Timer = EndsTimeWait, TimerMs = Left(until, now) });
            }
        });
        return found;
    }

    private static uint Left(Instant until, Instant now) =>
        until.Nanoseconds <= now.Nanoseconds ? 0 : (uint)Math.Min((until.Nanoseconds - now.Nanoseconds) / MillisecondNs, uint.MaxValue);
}
