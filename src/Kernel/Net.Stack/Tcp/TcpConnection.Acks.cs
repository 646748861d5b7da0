using System;
using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// When an acknowledgement is sent (RFC 9293, 3.8.6.3; RFC 5681, 4.2), as Linux decides it (tcp(7), TCP_QUICKACK). A connection begins, and goes on after a pause, with some that are sent
// at once: the peer's window opens fast, and a peer that waits with a small segment for an acknowledgement (Nagle) need not wait for a timer. Once the program has answered what came in
// it is interactive (ping-pong mode): acknowledgements wait for the next answer to carry them, until one fails to come in time.
public sealed partial class TcpConnection
{
    /// <summary>TCP_ATO_MIN and TCP_DELACK_MIN, the shortest delay; TCP_DELACK_MAX, the longest; and the longest of a connection that is not interactive.</summary>
    private const ulong LeastAckDelay = 40 * Millisecond;
    private const ulong MostAckDelay = 200 * Millisecond;
    private const ulong MostStreamAckDelay = 500 * Millisecond;

    /// <summary>TCP_MAX_QUICKACKS: acknowledgements that are sent at once.</summary>
    private const int MaximumQuickAcks = 16;

    /// <summary>What a peer is taken to send in a segment before anything is known (TCP_MSS_DEFAULT), and the least that is believed (TCP_MIN_MSS).</summary>
    private const int UsualSegment = 536;
    private const int LeastReceivedSegment = 88;

    private ulong _ackTimeout; // the delay as it is estimated (ATO); zero before the first data
    private Instant _lastDataAt;
    private bool _isInteractive;
    private int _quickAcks;
    private int _smallArrivals; // segments that were not full since the last acknowledgement, up to two
    private int _lastSegmentSize; // of the last that was neither full nor very small

    /// <summary>Whether acknowledgements are sent quickly (TCP_QUICKACK): the program has not asked otherwise, and does not answer what comes in.</summary>
    public bool AcknowledgesQuickly => !_isInteractive;

    /// <summary>Whether something has come that is not acknowledged yet.</summary>
    private bool IsAckScheduled => _receiveNext != _lastAckSent;

    /// <summary>
    /// TCP_QUICKACK: with zero acknowledgements wait for data to carry them; else what is due goes at once, and later ones do as long as the connection is not interactive. An even number
    /// other than zero asks for the one that is due only.
    /// </summary>
    public void SetQuickAck(int value, Instant now)
    {
        Stack.Enter(now);
        _isInteractive = value == 0;
        if (value != 0 && State is TcpState.Established or TcpState.CloseWait && IsAckScheduled)
        {
            _isAckDue = true;
            SendLater();
            Stack.Drain();
            _isInteractive = (value & 1) == 0;
        }
    }

    /// <summary>A new connection: nothing is known of how the peer sends.</summary>
    private void StartAcknowledging()
    {
        _ackTimeout = 0;
        _quickAcks = 0;
        _smallArrivals = 0;
        _lastDataAt = Now;
        _receivedSegmentSize = Math.Clamp(Math.Min(_segmentSize, UsualSegment), LeastReceivedSegment, UsualSegment);
    }

    /// <summary>Notes that data has come in order: how large its segments are and how long after the last it came.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteArrival(int length, int segments)
    {
        int perSegment = segments == 1 ? length : (length + segments - 1) / segments;
        if (perSegment >= _receivedSegmentSize)
        {
            _receivedSegmentSize = perSegment;
        }
        else if (perSegment < UsualSegment || !IsSegmentSize(perSegment))
        {
            _smallArrivals++;
        }

        ulong gap = Now.Since(_lastDataAt);
        _lastDataAt = Now;
        if (_ackTimeout != 0 && gap <= LeastAckDelay / 2)
        {
            _ackTimeout = (_ackTimeout / 2) + (LeastAckDelay / 2);
        }
        else
        {
            NoteGap(gap);
        }
    }

    /// <summary>Two segments of one size, smaller than what was the largest so far: the peer's segments are of that size now, or always were.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsSegmentSize(int length)
    {
        bool isAgain = length == _lastSegmentSize;
        _lastSegmentSize = length;
        _receivedSegmentSize = isAgain ? length : _receivedSegmentSize;
        return isAgain;
    }

    /// <summary>The first data, or data after a while.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteGap(ulong gap)
    {
        if (_ackTimeout == 0)
        {
            AddQuickAcks();
            _ackTimeout = LeastAckDelay;
        }
        else if (gap < _ackTimeout)
        {
            _ackTimeout = Math.Min((_ackTimeout / 2) + gap, _roundTrip.Timeout);
        }
        else if (gap > _roundTrip.Timeout)
        {
            // The peer has paused: its window opens anew (RFC 5681, 4.1).
            AddQuickAcks();
        }
    }

    /// <summary>No more than half of the window's segments are acknowledged one by one.</summary>
    private void AddQuickAcks()
    {
        int window = Math.Max(_receiveEdge - _receiveNext, 0);
        int count = window / (2 * Math.Max(_receivedSegmentSize, 1));
        _quickAcks = Math.Max(_quickAcks, count == 0 ? 2 : Math.Min(count, MaximumQuickAcks));
    }

    /// <summary>Something is wrong with the order of what comes: the peer should hear of each segment (tcp_enter_quickack_mode).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AcknowledgeQuickly()
    {
        AddQuickAcks();
        _isInteractive = false;
        _ackTimeout = LeastAckDelay;
    }

    /// <summary>Decides about what has just come in: at once, when it is more than one full segment or quick acknowledgements are left, or later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ScheduleAck()
    {
        if (_receiveNext - _lastAckSent > _receivedSegmentSize || (_quickAcks != 0 && !_isInteractive))
        {
            _isAckDue = true;
        }
        else if (!_isAckDue)
        {
            DelayAck();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void DelayAck()
    {
        ulong delay = _ackTimeout;
        if (delay > LeastAckDelay)
        {
            delay = LimitDelay(delay);
        }

        Instant at = Now.Plus(delay);
        if (at >= _delayedAckAt)
        {
            // One that waits is not put off; when its time has nearly come it goes.
            _isAckDue |= _delayedAckAt <= Now.Plus(delay / 4);
            return;
        }

        if (delay == 0)
        {
            _isAckDue = true; // no data yet, such as an end alone
            return;
        }

        _delayedAckAt = at;
        ArmTimer(at);
    }

    private ulong LimitDelay(ulong delay)
    {
        ulong most = _isInteractive || _smallArrivals > 0 ? MostAckDelay : MostStreamAckDelay;
        if (_roundTrip.Smoothed != 0)
        {
            most = Math.Min(most, Math.Max(_roundTrip.Smoothed, LeastAckDelay));
        }

        return Math.Min(Math.Min(delay, most), MostAckDelay);
    }

    /// <summary>The delay is over and nothing has carried the acknowledgement: less is to be expected of the program's answers, or more of the peer's next segment.</summary>
    private void AckTimeout()
    {
        _delayedAckAt = Instant.Never;
        if (!IsAckScheduled && !_isAckDue)
        {
            return;
        }

        Stack.Counters.Tcp.DelayedAcks++;
        _ackTimeout = _isInteractive ? LeastAckDelay : Math.Min(_ackTimeout * 2, _roundTrip.Timeout);
        _isInteractive = false;
        _isAckDue = true;
        SendLater();
    }

    /// <summary>A segment that acknowledges has gone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteAckSent(int segments)
    {
        _isAckDue = false;
        _smallArrivals = 0;
        _delayedAckAt = Instant.Never;
        _lastAckSent = _receiveNext;
        if (_quickAcks != 0)
        {
            TakeQuickAck(segments);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeQuickAck(int segments)
    {
        _quickAcks = Math.Max(_quickAcks - segments, 0);
        if (_quickAcks == 0)
        {
            _ackTimeout = LeastAckDelay;
        }
    }

    /// <summary>Data has gone: when it answers what came in, the connection is interactive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteDataSent()
    {
        if (Now.Since(_lastDataAt) < _ackTimeout)
        {
            _isInteractive = true;
        }
    }

    /// <summary>
    /// Whether the program's reading has the acknowledgement go that waits: it has read all there was, small segments among it, and does not answer them (tcp_cleanup_rbuf).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsReadWorthAck() =>
        _receiveNext != _lastAckSent
        && (_receiveNext - _lastAckSent > _receivedSegmentSize || (_receiveQueue.Length == 0 && (_smallArrivals > 1 || (_smallArrivals == 1 && !_isInteractive))));
}
