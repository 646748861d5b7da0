using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

// Finding losses and making up for them: RACK-TLP (RFC 8985), NewReno without SACK (RFC 6582), proportional rate reduction (RFC 6937), Eifel (RFC 3522, RFC 4015).
public sealed partial class TcpConnection
{
    private const int DuplicateThreshold = 3;

    /// <summary>Bytes believed to be in the network (RFC 6675, 4).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Pipe() => _hasHoles || _duplicateAcks != 0 ? CountPipe() : InFlight;

    private uint CountPipe()
    {
        if (!_hasHoles)
        {
            uint arrived = (uint)Math.Min((ulong)_duplicateAcks * (ulong)FullSegment, InFlight);
            return InFlight - arrived;
        }

        uint bytes = 0;
        for (int at = _sent.First; at != 0; at = Sent[at].Next)
        {
            ref SentSegment range = ref Sent[at];
            if (!range.Has(SentFlags.Sacked) && (!range.Has(SentFlags.Lost) || range.Has(SentFlags.Resent)))
            {
                bytes += (uint)range.Length;
            }
        }

        return _usesSack ? bytes : bytes - (uint)Math.Min((ulong)_duplicateAcks * (ulong)FullSegment, bytes);
    }

    /// <summary>Goes through what an acknowledgement means for losses and for the congestion window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Recover(ref AckNews news, ref TcpSegment segment)
    {
        bool isUndone = news.IsAdvance && _recovery != RecoveryKind.Open && IsEchoBefore(ref segment, _undoTimestamp);
        if (isUndone)
        {
            // What was sent again had only been late: it is as if nothing had been.
            UndoRecovery();
        }

        TakeProbeNews(ref news, segment.Acknowledgment);
        if (news.IsAdvance && _recovery != RecoveryKind.Open && _sendUnacknowledged >= _recoveryEnd)
        {
            EndRecovery();
        }

        bool hasLost = _usesSack ? DetectLosses() : DetectLossesWithoutSack(ref news);
        if (hasLost && _recovery == RecoveryKind.Open)
        {
            EnterRecovery();
        }

        if (_recovery == RecoveryKind.Fast)
        {
            ReduceProportionally(news.Delivered, hasLost);
        }
        else if (news.IsAdvance && _isWindowLimited && !isUndone)
        {
            _congestion.Acknowledge(news.Delivered, FullSegment, _roundTrip.Smoothed, Now.Nanoseconds);
        }

        if (news.IsAdvance && _recovery == RecoveryKind.Open)
        {
            _duplicateAcks = 0;
        }
    }

    /// <summary>Marks as lost what was sent long enough before something that has arrived (RFC 8985, 6.2, step 5). True when something is lost that was not before.</summary>
    private bool DetectLosses()
    {
        if (_rackSentAt == 0 || (!_hasHoles && !_hasProbe && _recovery == RecoveryKind.Open))
        {
            return false;
        }

        ulong now = Now.Nanoseconds;
        ulong window = ReorderWindow();
        ulong wait = 0;
        bool hasLost = false;
        for (int at = _sent.First; at != 0; at = Sent[at].Next)
        {
            ref SentSegment range = ref Sent[at];
            if (range.Has(SentFlags.Sacked) || (range.Has(SentFlags.Lost) && !range.Has(SentFlags.Resent)))
            {
                continue;
            }

            if (range.SentAt > _rackSentAt || (range.SentAt == _rackSentAt && range.End >= _rackEnd))
            {
                continue;
            }

            ulong due = range.SentAt + _rackRoundTrip + window;
            if (due <= now)
            {
                range.Flags = (range.Flags | SentFlags.Lost) & ~SentFlags.Resent;
                _hasHoles = true;
                hasLost = true;
            }
            else
            {
                wait = Math.Max(wait, due - now);
            }
        }

        if (wait != 0)
        {
            SetRetransmit(RetransmitKind.Reorder, Now.Plus(wait + Millisecond));
        }
        else if (_retransmitKind == RetransmitKind.Reorder)
        {
            _retransmitKind = RetransmitKind.None;
            ArmRetransmit(restart: true);
        }

        return hasLost;
    }

    /// <summary>How late something may be before it is lost.</summary>
    private ulong ReorderWindow()
    {
        if (!_hasSeenReordering && (_recovery != RecoveryKind.Open || SackedBytes() >= DuplicateThreshold * FullSegment))
        {
            return 0;
        }

        return Math.Min(_roundTrip.Minimum / 4 * _reorderWindowFactor, _roundTrip.Smoothed);
    }

    private int SackedBytes()
    {
        int bytes = 0;
        for (int at = _sent.First; at != 0; at = Sent[at].Next)
        {
            if (Sent[at].Has(SentFlags.Sacked))
            {
                bytes += Sent[at].Length;
            }
        }

        return bytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool DetectLossesWithoutSack(ref AckNews news)
    {
        if (_sent.First == 0)
        {
            return false;
        }

        bool isThird = _recovery == RecoveryKind.Open && _duplicateAcks >= DuplicateThreshold;
        bool isPartial = _recovery == RecoveryKind.Fast && news.IsAdvance;
        if (!isThird && !isPartial)
        {
            return false;
        }

        if (isPartial)
        {
            // The hole that was filled was not the only one: the next begins where the acknowledgement stands (RFC 6582, 3.2, step 5).
            _duplicateAcks = Math.Max(_duplicateAcks - (int)(news.Delivered / (uint)FullSegment), 0);
        }

        if (Sent[_sent.First].Length > FullSegment)
        {
            Sent.TrySplit(ref _sent, _sent.First, Sent[_sent.First].Start + FullSegment);
        }

        ref SentSegment first = ref Sent[_sent.First];
        if (first.Has(SentFlags.Resent) && Now.Nanoseconds - first.SentAt < Math.Max(_roundTrip.Smoothed, 1))
        {
            return false;
        }

        first.Flags = (first.Flags | SentFlags.Lost) & ~SentFlags.Resent;
        _hasHoles = true;
        return true;
    }

    private void EnterRecovery()
    {
        _recovery = RecoveryKind.Fast;
        _recoveryEnd = _sendNext;
        _recoveryFlight = Math.Max(InFlight, 1);
        _recoveryDelivered = 0;
        _recoverySent = 0;
        NoteForUndo();
        _congestion.Reduce(InFlight, FullSegment);
        if (_hasProbe)
        {
            _hasProbe = false;
        }
    }

    /// <summary>Brings the window down to the threshold in the course of one round trip.</summary>
    private void ReduceProportionally(uint delivered, bool hasLost)
    {
        uint pipe = Pipe();
        uint size = (uint)FullSegment;
        _recoveryDelivered += delivered;
        uint threshold = _congestion.Threshold;
        ulong send;
        if (pipe > threshold)
        {
            ulong sum = (ulong)_recoveryDelivered * threshold;
            ulong allowed = (sum + _recoveryFlight - 1) / _recoveryFlight;
            send = allowed > _recoverySent ? allowed - _recoverySent : 0;
        }
        else
        {
            ulong owed = _recoveryDelivered > _recoverySent ? _recoveryDelivered - _recoverySent : 0;
            ulong limit = Math.Max(owed, delivered) + (hasLost ? 0 : size);
            send = Math.Min(threshold - pipe, limit);
        }

        // The first retransmission leaves in any case.
        if (_recoverySent == 0)
        {
            send = Math.Max(send, size);
        }

        _congestion.SetWindow((uint)Math.Min(pipe + send, 1 << 30));
    }

    private void EndRecovery()
    {
        if (_recovery == RecoveryKind.Fast)
        {
            _congestion.SetWindow(Math.Max(_congestion.Threshold, 2 * (uint)FullSegment));
        }

        _recovery = RecoveryKind.Open;
        _duplicateAcks = 0;
        _undoTimestamp = 0;
        if (_reorderWindowPersist > 0 && --_reorderWindowPersist == 0)
        {
            _reorderWindowFactor = 1;
        }
    }

    private void NoteForUndo()
    {
        _undoWindow = _congestion.Window;
        _undoThreshold = _congestion.Threshold;
        _undoTimestamp = _usesTimestamps ? Math.Max(TimestampNow, 1) : 0;
    }

    private void UndoRecovery()
    {
        _congestion.Undo(_undoWindow, _undoThreshold);
        for (int at = _sent.First; at != 0; at = Sent[at].Next)
        {
            Sent[at].Flags &= ~SentFlags.Lost;
        }

        _recovery = RecoveryKind.Open;
        _undoTimestamp = 0;
        _duplicateAcks = 0;
        _hasSeenReordering = true;
    }

    /// <summary>Whether a tail loss probe was needed (RFC 8985, 7.4).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TakeProbeNews(ref AckNews news, SeqNo ack)
    {
        if (!_hasProbe || ack < _probeEnd)
        {
            return;
        }

        _hasProbe = false;
        if (_isProbeRetransmission && !news.HasDuplicate && ack > _probeEnd && _recovery == RecoveryKind.Open)
        {
            // The probe has repaired a loss, which counts as one.
            _congestion.Reduce(InFlight, FullSegment);
            _congestion.SetWindow(_congestion.Threshold);
        }
    }

    /// <summary>Nothing was heard for too long: all that is not SACKed is lost, and sending begins anew with one segment (RFC 5681, 3.1; RFC 6298, 5.4 to 5.7).</summary>
    private void EnterLoss()
    {
        if (_recovery != RecoveryKind.Loss)
        {
            NoteForUndo();
            _congestion.Reduce(InFlight, FullSegment);
        }
        else
        {
            _undoTimestamp = 0; // the timeout has struck twice: that was no delay
        }

        _recovery = RecoveryKind.Loss;
        _recoveryEnd = _sendNext;
        _duplicateAcks = 0;
        _hasProbe = false;
        bool hasRenegingPeer = _sent.First != 0 && Sent[_sent.First].Has(SentFlags.Sacked);
        for (int at = _sent.First; at != 0; at = Sent[at].Next)
        {
            ref SentSegment range = ref Sent[at];
            if (hasRenegingPeer)
            {
                // What was SACKed at the very front should have been acknowledged: the peer has thrown it away (RFC 2018, 8).
                range.Flags &= ~SentFlags.Sacked;
            }

            if (!range.Has(SentFlags.Sacked))
            {
                range.Flags = (range.Flags | SentFlags.Lost) & ~SentFlags.Resent;
            }
        }

        _hasHoles = _sent.First != 0;
        _congestion.SetWindow((uint)FullSegment);
    }
}
