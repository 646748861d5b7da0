using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// Segments that come in (RFC 9293, 3.10.7). The packet begins with its data and is this method's from here on; a small packet's data is there once more, to be copied from.
public sealed partial class TcpConnection
{
    private const ulong ChallengeInterval = 500_000_000;

    [AllocationFree]
    internal void Receive(ref TcpSegment segment, PacketBuffer packet, ReadOnlySpan<byte> data)
    {
        _lastHeard = Now;
        if (State == TcpState.SynSent)
        {
            ReceiveInSynSent(ref segment, packet);
            return;
        }

        if (!IsAcceptable(ref segment))
        {
            packet.Release();
            return;
        }

        if ((segment.Flags & (TcpFlags.Rst | TcpFlags.Syn | TcpFlags.Ack)) != TcpFlags.Ack)
        {
            ReceiveRare(ref segment, packet);
            return;
        }

        if (segment.Options.HasTimestamps && _usesTimestamps && segment.Sequence <= _lastAckSent && unchecked((int)(segment.Options.TimestampValue - _recentTimestamp)) >= 0)
        {
            _recentTimestamp = segment.Options.TimestampValue;
            _recentTimestampAt = Now;
        }

        if (State == TcpState.SynReceived && (segment.Acknowledgment <= _sendUnacknowledged || segment.Acknowledgment > _sendNext))
        {
            packet.Release();
            Stack.Tcp.SendReset(_path, Local, Remote, segment.Acknowledgment, default, TcpFlags.Rst);
            return;
        }

        if (!Acknowledge(ref segment) || State == TcpState.Closed)
        {
            packet.Release();
            return;
        }

        if (segment.Has(TcpFlags.Urg) || _urgent == UrgentState.Awaited)
        {
            ReceiveUrgent(ref segment, packet);
        }

        TakeData(ref segment, packet, data);
        if (State != TcpState.Closed && HasWork)
        {
            SendLater();
        }
    }

    /// <summary>A segment that resets, has a SYN, or acknowledges nothing.</summary>
    private void ReceiveRare(ref TcpSegment segment, PacketBuffer packet)
    {
        packet.Release();
        if (segment.Has(TcpFlags.Rst))
        {
            // Only an exact match resets; one that is merely in the window may be forged (RFC 5961, 3.2).
            if (segment.Sequence == _receiveNext)
            {
                Fail(State == TcpState.SynReceived && _isActive ? NetError.ConnectionRefused : State == TcpState.CloseWait ? NetError.BrokenPipe : NetError.ConnectionReset);
            }
            else
            {
                Challenge();
            }

            return;
        }

        if (segment.Has(TcpFlags.Syn))
        {
            if (State == TcpState.SynReceived && segment.Sequence == _receiveInitial)
            {
                // Their SYN once more: our SYN-ACK was lost, or both opened at the same time.
                if (segment.Has(TcpFlags.Ack) && segment.Acknowledgment == _sendNext)
                {
                    NoteWindow(ref segment);
                    _isAckDue = true;
                    Acknowledge(ref segment);
                    SendLater();
                }
                else
                {
                    SendSyn(TcpFlags.Syn | TcpFlags.Ack);
                }
            }
            else
            {
                Challenge();
            }
        }
    }

    /// <summary>Whether there may be something to send now. An acknowledgement that is not due is not: data that the program sends carries it.</summary>
    private bool HasWork
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _isAckDue || _hasHoles || _recovery != RecoveryKind.Open || _sendNext != QueueEnd + (_isFinQueued ? 1 : 0);
    }

    /// <summary>Whether the segment is one that may be looked at (3.10.7.4, first step; RFC 7323, 5.3); answers those that may not be as the rules say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsAcceptable(ref TcpSegment segment)
    {
        if (_usesTimestamps && !segment.Has(TcpFlags.Rst))
        {
            if (!segment.Options.HasTimestamps)
            {
                // RFC 7323, 3.2: such a segment may be dropped; Linux takes it.
            }
            else if (unchecked((int)(segment.Options.TimestampValue - _recentTimestamp)) < 0 && Now.Since(_recentTimestampAt) < 24 * 86_400 * Second
                && !segment.Has(TcpFlags.Syn))
            {
                Stack.Counters.Tcp.OldTimestamps++;
                NoteDuplicate(ref segment);
                if (segment.Span > 0)
                {
                    AcknowledgeQuickly();
                }

                _isAckDue = true;
                SendLater();
                return false;
            }
        }

        int window = Math.Max(_receiveEdge - _receiveNext, 0);
        SeqNo end = segment.End;
        bool isIn = segment.Span == 0
            ? (segment.Sequence >= _receiveNext && segment.Sequence <= _receiveNext + window) || (segment.Sequence == _receiveNext - 1 && segment.Length == 0 && !segment.Has(TcpFlags.Rst))
            : segment.Sequence < _receiveNext + Math.Max(window, 1) && end > _receiveNext;
        if (segment.Span == 0 && segment.Sequence == _receiveNext - 1 && !segment.Has(TcpFlags.Rst | TcpFlags.Syn))
        {
            // A keep-alive probe without data: it is answered, and what it acknowledges counts.
            _isAckDue = true;
            return true;
        }

        if (isIn && (window > 0 || segment.Span == 0 || segment.Sequence <= _receiveNext))
        {
            return true;
        }

        if (segment.Has(TcpFlags.Rst))
        {
            return false;
        }

        if (segment.Has(TcpFlags.Syn) && State != TcpState.SynReceived)
        {
            Challenge();
            return false;
        }

        if (State == TcpState.SynReceived && segment.Has(TcpFlags.Syn) && segment.Sequence == _receiveInitial)
        {
            return true;
        }

        NoteDuplicate(ref segment);
        if (segment.Span > 0)
        {
            AcknowledgeQuickly();
        }

        if (segment.Has(TcpFlags.Ack) && segment.Span > 0 && State != TcpState.SynReceived)
        {
            // A duplicate: what it acknowledges may still be news (a lost acknowledgement of a retransmission).
            TcpSegment acknowledgment = segment;
            acknowledgment.Length = 0;
            acknowledgment.Flags &= ~(TcpFlags.Fin | TcpFlags.Syn);
            if (acknowledgment.Acknowledgment > _sendUnacknowledged && acknowledgment.Acknowledgment <= _sendNext)
            {
                Acknowledge(ref acknowledgment);
            }
        }

        _isAckDue = true;
        SendLater();
        return false;
    }

    /// <summary>The answer to a SYN, or a SYN that crossed ours (3.10.7.3).</summary>
    private void ReceiveInSynSent(ref TcpSegment segment, PacketBuffer packet)
    {
        bool hasAck = segment.Has(TcpFlags.Ack);
        if (hasAck && segment.Acknowledgment != _sendNext)
        {
            packet.Release();
            if (!segment.Has(TcpFlags.Rst))
            {
                Stack.Tcp.SendReset(_path, Local, Remote, segment.Acknowledgment, default, TcpFlags.Rst);
            }

            return;
        }

        if (segment.Has(TcpFlags.Rst) || !segment.Has(TcpFlags.Syn))
        {
            packet.Release();
            if (segment.Has(TcpFlags.Rst) && hasAck)
            {
                Fail(NetError.ConnectionRefused);
            }

            return;
        }

        _receiveInitial = segment.Sequence;
        _receiveNext = segment.Sequence + 1;
        _lastAckSent = _receiveNext;
        TakeSynOptions(ref segment.Options, segment.Window);
        OpenReceiveWindow();
        StartAcknowledging();
        if (!hasAck)
        {
            // Both have opened at the same time (3.5, figure 8).
            packet.Release();
            State = TcpState.SynReceived;
            SendSyn(TcpFlags.Syn | TcpFlags.Ack);
            return;
        }

        Acknowledge(ref segment);
        if (State == TcpState.Closed)
        {
            packet.Release();
            return;
        }

        if (_isInteractive || Settings.DeferAcceptSeconds > 0)
        {
            // The program will send at once: its data carries the acknowledgement (TCP_QUICKACK set to zero, or TCP_DEFER_ACCEPT, of a socket that connects).
            AcknowledgeQuickly();
            _lastAckSent = _receiveInitial; // the SYN is not acknowledged yet
            _delayedAckAt = Now.Plus(MostAckDelay);
            ArmTimer(_delayedAckAt);
        }
        else
        {
            _isAckDue = true;
        }

        // Data on a SYN-ACK (RFC 7413 without a cookie never has it) counts all the same.
        TcpSegment later = segment;
        later.Sequence += 1;
        later.Flags &= ~TcpFlags.Syn;
        TakeData(ref later, packet, default);
        SendLater();
    }

    /// <summary>Tells the peer where the connection is, because of a segment that may be forged; not too often (RFC 5961, 7).</summary>
    private void Challenge()
    {
        if (Now.Since(_challengedAt) >= ChallengeInterval || _challengedAt.Nanoseconds == 0)
        {
            _challengedAt = Now;
            Stack.Counters.Tcp.Challenges++;
            _isAckDue = true;
            SendLater();
        }
    }
}
