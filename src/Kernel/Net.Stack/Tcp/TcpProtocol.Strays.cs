using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// Segments for which there is no connection.
public sealed partial class TcpProtocol
{
    /// <summary>Answers a segment for nobody by a reset that its sender must believe (RFC 9293, 3.10.7.1).</summary>
    [AllocationFree]
    internal void AnswerStray(ref IpHeaderInfo info, ref TcpSegment segment)
    {
        if (segment.Has(TcpFlags.Rst) || info.IsToMany
            || _stack.FindPath(info.Source, info.Destination, info.Interface.IsLoopback ? null : info.Interface, out NetPath path) != NetError.None)
        {
            return;
        }

        EndpointAddress local = new(info.Destination, segment.DestinationPort);
        EndpointAddress remote = new(info.Source, segment.SourcePort);
        if (segment.Has(TcpFlags.Ack))
        {
            SendReset(path, local, remote, segment.Acknowledgment, default, TcpFlags.Rst);
        }
        else
        {
            SendReset(path, local, remote, default, segment.End, TcpFlags.Rst | TcpFlags.Ack);
        }
    }

    /// <summary>Sends a segment that consists of a header only.</summary>
    [AllocationFree]
    internal void SendReset(in NetPath path, in EndpointAddress local, in EndpointAddress remote, SeqNo sequence, SeqNo acknowledgment, TcpFlags flags)
    {
        if (!_stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            return;
        }

        Span<byte> header = stackalloc byte[TcpView.MinimumBytes];
        TcpView.Write(header, local.Port, remote.Port, sequence, acknowledgment, flags, 0, 0, 0);
        _stack.Counters.TcpResetsSent++;
        NetPath by = path;
        _ = _stack.Send(ref by, packet, IpProtocol.Tcp, header, TcpView.ChecksumOffset, by.Interface!.HopLimit, 0, mayFragment: false);
    }

    /// <summary>
    /// A segment for a connection in TIME-WAIT (RFC 9293, 3.10.7.4; RFC 6191). True when it opens a new one with the same ends: the record is gone then, and the listener takes it.
    /// </summary>
    private bool IsReopened(ref IpHeaderInfo info, ref TcpSegment segment, int number)
    {
        ref TimeWaitEntry entry = ref TimeWaits[number];
        bool isNewer = segment.Options.HasTimestamps && entry.UsesTimestamps
            ? unchecked((int)(segment.Options.TimestampValue - entry.RecentTimestamp)) > 0
            : segment.Sequence > entry.ReceiveNext;
        if (segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Rst | TcpFlags.Ack) && (isNewer || segment.Sequence > entry.ReceiveNext))
        {
            TimeWaits.Remove(number);
            return true;
        }

        if (segment.Has(TcpFlags.Rst))
        {
            // An old reset must not end the wait early (RFC 1337).
            return false;
        }

        bool isOld = segment.Options.HasTimestamps && entry.UsesTimestamps && unchecked((int)(segment.Options.TimestampValue - entry.RecentTimestamp)) < 0;
        if (segment.Has(TcpFlags.Fin) && !isOld)
        {
            TimeWaits.Restart(number);
        }

        if (segment.Span > 0 || segment.Sequence != entry.ReceiveNext)
        {
            AcknowledgeAgain(ref info, ref segment, ref entry);
        }

        return false;
    }

    private void AcknowledgeAgain(ref IpHeaderInfo info, ref TcpSegment segment, ref TimeWaitEntry entry)
    {
        if (_stack.FindPath(info.Source, info.Destination, info.Interface.IsLoopback ? null : info.Interface, out NetPath path) != NetError.None
            || !_stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            return;
        }

        Span<byte> header = stackalloc byte[TcpView.MaximumBytes];
        TcpOptions options = default;
        if (entry.UsesTimestamps)
        {
            options.HasTimestamps = true;
            options.TimestampValue = unchecked((uint)(_stack.Now.Nanoseconds / TcpConnection.Millisecond) + entry.TimestampOffset);
            options.TimestampEcho = entry.RecentTimestamp;
        }

        int optionBytes = options.Write(header[TcpView.MinimumBytes..]);
        TcpView.Write(header, segment.DestinationPort, segment.SourcePort, entry.SendNext, entry.ReceiveNext, TcpFlags.Ack, entry.Window, optionBytes, 0);
        _ = _stack.Send(
            ref path, packet, IpProtocol.Tcp, header[..(TcpView.MinimumBytes + optionBytes)], TcpView.ChecksumOffset, path.Interface!.HopLimit, 0, mayFragment: false);
    }
}
