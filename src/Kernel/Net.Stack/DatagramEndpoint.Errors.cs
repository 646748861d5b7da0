using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// Errors about datagrams that were sent: the pending one, and the queue of errors (ip(7), IP_RECVERR).
public abstract partial class DatagramEndpoint
{
    /// <summary>The pending error is that of the next entry then (sock_dequeue_err_skb).</summary>
    [AllocationFree]
    public override PacketBuffer? TakeReport(out ErrorReport report)
    {
        PacketBuffer? packet = base.TakeReport(out report);
        if (packet != null && (report.Origin is ErrorOrigin.Icmp or ErrorOrigin.IcmpV6 || FirstIcmpError != NetError.None))
        {
            _pending = FirstIcmpError;
        }

        return packet;
    }

    private protected override int ReportLimit => ReceiveBuffer;

    /// <summary>
    /// An error about a packet that it has sent, as ICMP tells it. Without a queue of errors only connected endpoints are told (udp(7)).
    /// The packet, which quotes, stays the caller's.
    /// </summary>
    [AllocationFree]
    internal void HandleError(in IcmpReport icmp, PacketBuffer packet)
    {
        bool isV4 = icmp.Destination.Address.IsV4;
        Stack.Icmp.NoteMtu(isV4, icmp.Destination.Address, icmp.Mtu);
        if (icmp.Error == NetError.MessageTooLong && !HearsOfPathMtu)
        {
            return;
        }

        if (isV4 ? QueuesErrorsV4 : QueuesErrorsV6)
        {
            ErrorReport report = new()
            {
                Error = icmp.Error,
                Origin = isV4 ? ErrorOrigin.Icmp : ErrorOrigin.IcmpV6,
                Type = icmp.Type,
                Code = icmp.Code,
                Info = icmp.Info,
                Destination = icmp.Destination,
                Offender = icmp.Offender,
                Header = icmp.Header,
            };
            if (Stack.Pool.TryTakePacket(out PacketBuffer copy) && Quote(copy, packet, icmp.PayloadOffset))
            {
                AddReport(report, copy, Stack.Now);
            }
        }
        else if (icmp.MayPass || !IsConnected)
        {
            return;
        }

        _pending = icmp.Error;
        Observer?.OnReady(NetEvents.Error | NetEvents.Readable | NetEvents.Writable);
    }

    /// <summary>A datagram is too long for any path. Of IPv6 that has an entry too (ipv6_local_error).</summary>
    public void NoteRefused(in EndpointAddress to, Instant now)
    {
        Stack.Enter(now);
        if (!to.Address.IsV4 && FindPath(to, out _) == NetError.None)
        {
            NoteTooLong(to, _path.Mtu);
        }
    }

    /// <summary>A datagram was refused for its length: it has an entry as one that a router refuses has (ip_local_error).</summary>
    [AllocationFree]
    private protected void NoteTooLong(in EndpointAddress to, int mtu)
    {
        if ((to.Address.IsV4 ? QueuesErrorsV4 : QueuesErrorsV6) && Stack.Pool.TryTakePacket(out PacketBuffer empty))
        {
            // Of IPv4 Linux tells the port that the socket is connected to.
            EndpointAddress named = to.Address.IsV4 ? to with { Port = Remote.Port } : to;
            AddReport(new ErrorReport { Error = NetError.MessageTooLong, Origin = ErrorOrigin.Local, Info = (uint)mtu, Destination = named }, empty, Stack.Now);
        }
    }

    private static bool Quote(PacketBuffer copy, PacketBuffer packet, int offset)
    {
        Span<byte> chunk = stackalloc byte[256];
        for (int at = offset; packet.Read(at, chunk) is int count && count > 0; at += count)
        {
            if (!copy.TryWrite(chunk[..count]))
            {
                copy.Release();
                return false;
            }
        }

        return true;
    }
}
