using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// The transmission control block (RFC 9293, 3.3.1), and what newer documents add to it.
public sealed partial class TcpConnection
{
    // Send variables.
    private SeqNo _sendInitial; // ISS
    private SeqNo _sendUnacknowledged; // SND.UNA
    private SeqNo _sendNext; // SND.NXT
    private SeqNo _queueStart; // of the first byte in the queue
    private uint _sendWindow; // SND.WND, scaled
    private uint _largestSendWindow;
    private SeqNo _windowSequence; // SND.WL1
    private SeqNo _windowAcknowledgment; // SND.WL2
    private byte _sendScale;
    private int _segmentSize; // the peer's limit and the path's, without options
    private int _peerSegmentSize;
    private int _segmentSizeCap = int.MaxValue; // of a path that swallows large packets

    // Receive variables.
    private SeqNo _receiveInitial; // IRS
    private SeqNo _receiveNext; // RCV.NXT
    private SeqNo _receiveEdge; // RCV.NXT + RCV.WND as it was last told
    private SeqNo _lastAckSent;
    private byte _receiveScale;
    private int _receivedSegmentSize = UsualSegment; // the largest segment of late

    // Timestamps (RFC 7323) and SACK (RFC 2018).
    private bool _usesTimestamps;
    private bool _usesSack;
    private uint _timestampOffset;
    private uint _recentTimestamp; // TS.Recent
    private Instant _recentTimestampAt;
    private SackBlock _duplicate; // to be told by the next acknowledgement (RFC 2883)
    private PacketBuffer? _outOfOrder; // sorted, none touches another
    private int _outOfOrderBytes;
    private int _outOfOrderCount;
    private SeqNo _newestOutOfOrder; // within the block that arrived last

    // What is on its way, and what is known of it.
    private SentList _sent;
    private RoundTrip _roundTrip;
    private Cubic _congestion;
    private byte _recovery; // see RecoveryKind
    private bool _hasHoles; // some range is SACKed or lost
    private SeqNo _recoveryEnd;
    private uint _recoveryFlight; // RecoverFS of PRR (RFC 6937)
    private uint _recoveryDelivered;
    private uint _recoverySent;
    private uint _undoWindow;
    private uint _undoThreshold;
    private uint _undoTimestamp; // of the first retransmission; zero when there is nothing to undo
    private int _duplicateAcks;
    private ulong _delivered; // bytes

    // RACK-TLP (RFC 8985).
    private ulong _rackSentAt;
    private SeqNo _rackEnd;
    private ulong _rackRoundTrip;
    private SeqNo _highestSacked;
    private byte _reorderWindowFactor = 1;
    private byte _reorderWindowPersist;
    private bool _hasSeenReordering;
    private SeqNo _duplicateRound;
    private SeqNo _probeEnd;
    private bool _hasProbe;
    private bool _isProbeRetransmission;

    // Timers.
    private RetransmitKind _retransmitKind;
    private Instant _retransmitAt = Instant.Never;
    private Instant _delayedAckAt = Instant.Never;
    private Instant _keepAt = Instant.Never;
    private Instant _corkUntil = Instant.Never;
    private byte _backoff;
    private byte _keepProbes;
    private Instant _stuckSince; // when the oldest data was first sent again, or the window closed; zero when all is well
    private Instant _lastHeard;
    private Instant _lastSent;
    private Instant _challengedAt;

    // How output goes.
    private bool _isActive; // opened by a SYN of ours
    private bool _isAckDue;
    private bool _isSendPending; // in the protocol's list
    private bool _hasMore;
    private bool _isWindowLimited;

    // Receive buffer's growth.
    private Instant _copyRoundStart;
    private uint _copied;

    // What TCP_INFO tells.
    private uint _totalRetransmissions;
    private ulong _bytesAcked;
    private ulong _bytesReceived;
    private uint _segmentsSent;
    private uint _segmentsReceived;

    /// <summary>The next connection of the same bucket, of the list of those with something to send, and of a listener's queue.</summary>
    internal TcpConnection? NextInBucket { get; set; }

    internal TcpConnection? NextPending { get; set; }

    internal TcpConnection? NextInQueue { get; set; }

    internal bool IsInTable { get; set; }

    private Instant Now => Stack.Now;

    /// <summary>Behind the last byte that was queued.</summary>
    private SeqNo QueueEnd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _queueStart + _sendQueue.Length;
    }

    /// <summary>Sequence numbers that are not acknowledged.</summary>
    private uint InFlight
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => unchecked(_sendNext.Value - _sendUnacknowledged.Value);
    }

    private uint TimestampNow => unchecked((uint)(Now.Nanoseconds / Millisecond) + _timestampOffset);

    /// <summary>Data bytes in a full segment that carries the usual options.</summary>
    private int FullSegment
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => unchecked(_segmentSize - (_usesTimestamps ? 12 : 0));
    }
}
