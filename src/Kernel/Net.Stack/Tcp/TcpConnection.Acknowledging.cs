using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// What an acknowledgement says (RFC 9293, 3.10.7.4, fifth step), and what follows for the window, the round trip and losses.
public sealed partial class TcpConnection
{
    /// <summary>What one acknowledgement has brought.</summary>
    private struct AckNews
    {
        /// <summary>Bytes that the peer has now and had not before.</summary>
        public uint Delivered;

        /// <summary>The round trip of the range that was sent last; zero when nothing can be said.</summary>
        public ulong RoundTrip;
        public bool IsAdvance;
        public bool HasDuplicate;
        public bool HasSacked;
        public bool IsEchoOld;
    }

    /// <summary>Takes an acknowledgement. False when the segment must be dropped: it acknowledges what was never sent, or is far too old (RFC 5961, 5.2).</summary>
    private bool Acknowledge(ref TcpSegment segment)
    {
        SeqNo ack = segment.Acknowledgment;
        if (ack > _sendNext || ack < _sendUnacknowledged - (int)Math.Min(Math.Max(_largestSendWindow, 65535), 1 << 30))
        {
            Challenge();
            return false;
        }

        bool hasWindowChanged = NoteWindow(ref segment);
        AckNews news = default;
        uint before = InFlight;
        if (_usesSack && segment.Options.SackCount > 0)
        {
            TakeSacks(ref segment, ref news);
        }

        if (ack > _sendUnacknowledged)
        {
            news.IsAdvance = true;
            Advance(ack, ref news);
            if (State == TcpState.Closed)
            {
                return true;
            }
        }

        TakeRoundTrip(ref segment, ref news);
        if (!_usesSack && !news.IsAdvance && segment.Span == 0 && !hasWindowChanged && before > 0 && ack == _sendUnacknowledged)
        {
            // Without SACK each such acknowledgement stands for a segment that arrived behind a hole (RFC 6582).
            _duplicateAcks++;
            news.Delivered += (uint)Math.Min(FullSegment, (int)before);
        }

        _delivered += news.Delivered;
        if (news.Delivered > 0 && _path.Neighbor != null)
        {
            _path.Interface!.Neighbors.Confirm(_path.Neighbor);
        }

        if (before > 0)
        {
            Recover(ref news, ref segment);
        }

        if (news.IsAdvance || hasWindowChanged)
        {
            if (news.IsAdvance)
            {
                _backoff = 0;
                _linearTimeouts = 0;
                _stuckSince = default;
                GrowSendBuffer();
            }

            ArmRetransmit(restart: news.IsAdvance || _retransmitKind == RetransmitKind.Persist);
        }

        return true;
    }

    /// <summary>Takes the peer's window when the segment is no older than the one it was last taken from. True when it has changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool NoteWindow(ref TcpSegment segment)
    {
        if (_windowSequence > segment.Sequence || (_windowSequence == segment.Sequence && _windowAcknowledgment > segment.Acknowledgment))
        {
            return false;
        }

        uint window = (uint)segment.Window << (segment.Has(TcpFlags.Syn) ? 0 : _sendScale);
        bool hasChanged = window != _sendWindow;
        _sendWindow = window;
        _largestSendWindow = Math.Max(_largestSendWindow, window);
        _windowSequence = segment.Sequence;
        _windowAcknowledgment = segment.Acknowledgment;
        return hasChanged;
    }

    /// <summary>Everything below an acknowledgement is the peer's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance(SeqNo ack, ref AckNews news)
    {
        if (State is TcpState.SynSent or TcpState.SynReceived)
        {
            FinishHandshake();
        }

        while (_sent.First != 0)
        {
            ref SentSegment range = ref Sent[_sent.First];
            if (range.End <= ack)
            {
                if (!range.Has(SentFlags.Sacked))
                {
                    news.Delivered += (uint)range.Length;
                    NoteDelivered(ref range, ref news);
                }

                Sent.RemoveFirst(ref _sent);
                continue;
            }

            if (range.Start < ack)
            {
                if (!range.Has(SentFlags.Sacked))
                {
                    news.Delivered += (uint)(ack - range.Start);
                }

                range.Start = ack;
            }

            break;
        }

        _sendUnacknowledged = ack;
        if (_stamps != null)
        {
            TellAcknowledged();
        }

        int bytes = Math.Min(ack - _queueStart, _sendQueue.Length);
        if (bytes > 0)
        {
            bool hadRoom = HasRoom;
            Stack.Pool.TrimFront(ref _sendQueue, bytes);
            _queueStart += bytes;
            _bytesAcked += (ulong)bytes;
            if (!hadRoom && HasRoom)
            {
                Observer?.OnReady(NetEvents.Writable);
            }
        }

        if (_sent.First == 0)
        {
            _hasHoles = false;
        }

        if (_isFinQueued && _sendQueue.Length == 0 && ack == _queueStart + 1)
        {
            TakeFinAcknowledgment();
        }
    }

    /// <summary>Our SYN is acknowledged: the connection is made.</summary>
    private void FinishHandshake()
    {
        bool wasActive = _isActive;
        State = TcpState.Established;
        _sendUnacknowledged = _sendInitial + 1;
        _queueStart = _sendUnacknowledged;
        _smallEnd = _highestSacked = _rackEnd = _duplicateRound = _probeEnd = _recoveryEnd = _sendUnacknowledged;
        if (_backoff == 0 && _lastSent.Nanoseconds != 0)
        {
            _roundTrip.Add(Now.Since(_lastSent), Now.Nanoseconds);
        }

        _retransmitKind = RetransmitKind.None;
        _retransmitAt = Instant.Never;
        _stuckSince = default;
        UpdateSegmentSize();
        _congestion.IsReno = Settings.IsReno;
        _congestion.Start(FullSegment);
        if (_backoff > 1)
        {
            // The SYN was lost more than once (RFC 5681, 3.1).
            _congestion.SetWindow((uint)FullSegment);
        }

        _backoff = 0;
        _copyRoundStart = Now;
        GrowSendBuffer();
        ArmKeepAlive();
        if (wasActive || Observer != null)
        {
            Observer?.OnReady(NetEvents.Writable);
        }

        if (_isFinQueued)
        {
            State = TcpState.FinWait1;
        }
    }

    /// <summary>Notes for RACK and the round trip that a range has arrived (RFC 8985, 6.2, steps 1 to 3).</summary>
    private void NoteDelivered(ref SentSegment range, ref AckNews news)
    {
        ulong now = Now.Nanoseconds;
        ulong roundTrip = now - range.SentAt;
        if (range.Has(SentFlags.EverResent))
        {
            // It may be the first transmission that was acknowledged: then nothing is learnt.
            if (news.IsEchoOld || roundTrip < _roundTrip.Minimum)
            {
                return;
            }
        }
        else
        {
            news.RoundTrip = news.RoundTrip == 0 ? Math.Max(roundTrip, 1) : Math.Min(news.RoundTrip, Math.Max(roundTrip, 1));
            if (range.End < _highestSacked)
            {
                _hasSeenReordering = true;
            }
        }

        if (range.End > _highestSacked)
        {
            _highestSacked = range.End;
        }

        if (range.SentAt > _rackSentAt || (range.SentAt == _rackSentAt && range.End > _rackEnd))
        {
            _rackSentAt = range.SentAt;
            _rackEnd = range.End;
            _rackRoundTrip = roundTrip;
        }
    }

    /// <summary>Takes the blocks of a SACK option; those that cannot be true are passed over.</summary>
    private void TakeSacks(ref TcpSegment segment, ref AckNews news)
    {
        if (_undoTimestamp != 0 || _hasHoles)
        {
            news.IsEchoOld = IsEchoBefore(ref segment, _undoTimestamp);
        }

        for (int i = 0; i < segment.Options.SackCount; i++)
        {
            SackBlock block = segment.Options.Sacks[i];
            bool isDuplicate = i == 0 && (block.End <= segment.Acknowledgment
                || (segment.Options.SackCount > 1 && block.Start >= segment.Options.Sacks[1].Start && block.End <= segment.Options.Sacks[1].End));
            if (isDuplicate)
            {
                news.HasDuplicate = true;
                NoteDuplicateReport();
                continue;
            }

            if (block.Start >= block.End || block.Start < _sendUnacknowledged || block.End > _sendNext)
            {
                continue;
            }

            MarkSacked(block, ref news);
        }
    }

    /// <summary>The peer got something twice: the network reorders more than was thought (RFC 8985, 6.2, step 4).</summary>
    private void NoteDuplicateReport()
    {
        if (_duplicateRound <= _sendUnacknowledged || _duplicateRound > _sendNext)
        {
            _duplicateRound = _sendNext;
            _reorderWindowFactor = (byte)Math.Min(_reorderWindowFactor + 1, 16);
            _reorderWindowPersist = 16;
        }
    }

    private void MarkSacked(SackBlock block, ref AckNews news)
    {
        for (int at = _sent.First; at != 0; at = Sent[at].Next)
        {
            if (Sent[at].Start >= block.End)
            {
                return;
            }

            if (Sent[at].End <= block.Start || Sent[at].Has(SentFlags.Sacked))
            {
                continue;
            }

            if (Sent[at].Start < block.Start)
            {
                if (!Sent.TrySplit(ref _sent, at, block.Start))
                {
                    continue;
                }

                at = Sent[at].Next;
            }

            if (Sent[at].End > block.End && !Sent.TrySplit(ref _sent, at, block.End))
            {
                return;
            }

            ref SentSegment range = ref Sent[at];
            news.Delivered += (uint)range.Length;
            news.HasSacked = true;
            _hasHoles = true;
            NoteDelivered(ref range, ref news);
            range.Flags = (range.Flags | SentFlags.Sacked) & ~(SentFlags.Lost | SentFlags.Resent);
        }
    }

    /// <summary>A sample for the retransmission timeout: of a range sent once, or by the timestamp that comes back (RFC 7323, 4).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TakeRoundTrip(ref TcpSegment segment, ref AckNews news)
    {
        if (news.RoundTrip != 0)
        {
            _roundTrip.Add(news.RoundTrip, Now.Nanoseconds);
        }
        else if (news.IsAdvance && _usesTimestamps && segment.Options.HasTimestamps && segment.Options.TimestampEcho != 0)
        {
            uint passed = unchecked(TimestampNow - segment.Options.TimestampEcho);
            if (passed < 120_000)
            {
                _roundTrip.Add(Math.Max(passed, 1) * Millisecond, Now.Nanoseconds);
            }
        }
    }

    private bool IsEchoBefore(ref TcpSegment segment, uint timestamp) =>
        _usesTimestamps && segment.Options.HasTimestamps && segment.Options.TimestampEcho != 0 && timestamp != 0
        && unchecked((int)(segment.Options.TimestampEcho - timestamp)) < 0;

    /// <summary>The send buffer holds twice what may be on its way, for the next round (tcp_sndbuf_expand).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void GrowSendBuffer()
    {
        ulong wanted = (ulong)_congestion.Window * 4;
        if (wanted > (ulong)Settings.SendBuffer && !Settings.IsSendBufferFixed && !Stack.Pool.IsUnderPressure)
        {
            GrowSendBuffer(wanted);
        }
    }

    private void GrowSendBuffer(ulong wanted)
    {
        bool hadRoom = HasRoom;
        Settings.SendBuffer = (int)Math.Min(wanted, (ulong)Math.Max(Stack.Options.TcpSendBufferLimit, Settings.SendBuffer));
        if (!hadRoom && HasRoom)
        {
            Observer?.OnReady(NetEvents.Writable);
        }
    }

    private SentSegments Sent
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Stack.Tcp.Sent;
    }
}
