using System;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// What programs can learn of a connection.
public sealed partial class TcpConnection
{
    /// <summary>Whether its port was chosen for it, so that others may have the same to other peers.</summary>
    internal bool IsAutoBound => _isAutoBound;

    /// <summary>The data bytes of a full segment (TCP_MAXSEG of a connection).</summary>
    public int SegmentSize => IsConnected ? FullSegment : Settings.MaximumSegment != 0 ? Settings.MaximumSegment : 536;

    /// <summary>TCP_WINDOW_CLAMP: what the program has set; of a connection else the most that can be said.</summary>
    public int WindowClamp => Settings.WindowClamp != 0 || State == TcpState.Closed ? Settings.WindowClamp : 65535 << _receiveScale;

    /// <summary>TCP_TIMESTAMP: the clock of its timestamps.</summary>
    public uint CurrentTimestamp(Instant now)
    {
        Stack.Enter(now);
        return TimestampNow;
    }

    /// <summary>When data last came.</summary>
    public Instant LastDataAt => _lastDataAt;

    /// <summary>Whether no program has it open any more.</summary>
    public bool IsOrphan => _isOrphan;

    /// <summary>Whether the current state began by a SYN of ours.</summary>
    public bool IsActive => _isActive;

    /// <summary>When the retransmission timer strikes, for /proc/net/tcp.</summary>
    public Instant RetransmitsAt => _retransmitAt;

    public TcpInfo GetInfo(Instant now)
    {
        Stack.Enter(now);
        uint size = (uint)Math.Max(FullSegment, 1);
        TcpInfo info = new()
        {
            State = State,
            CongestionState = _recovery switch { RecoveryKind.Fast => 3, RecoveryKind.Loss => 4, _ => _hasHoles ? (byte)1 : (byte)0 },
            Retransmits = _backoff,
            Probes = _keepProbes,
            Backoff = _backoff,
            UsesTimestamps = _usesTimestamps,
            UsesSack = _usesSack,
            UsesScaling = _hasScaling,
            SendScale = _sendScale,
            ReceiveScale = _receiveScale,
            RetransmitTimeout = (uint)(Timeout / 1000),
            SendSegmentSize = size,
            ReceiveSegmentSize = (uint)Math.Max(_receivedSegmentSize, 536),
            LastSentMs = (uint)(Now.Since(_lastSent) / Millisecond),
            LastReceivedMs = (uint)(Now.Since(_lastHeard) / Millisecond),
            PathMtu = (uint)Math.Max(_path.Mtu, 0),
            SmoothedRoundTrip = (uint)(_roundTrip.Smoothed / 1000),
            RoundTripVariation = (uint)(_roundTrip.Variation / 1000),
            SlowStartThreshold = _congestion.Threshold == uint.MaxValue ? 0x7fff_ffff : _congestion.Threshold / size,
            CongestionWindow = Math.Max(_congestion.Window / size, 1),
            AdvertisedSegmentSize = _path.Interface != null ? (uint)AdvertisedSegmentSize() : 536,
            ReceiveSpace = (uint)FreeWindow(),
            TotalRetransmissions = _totalRetransmissions,
            BytesAcknowledged = _bytesAcked,
            BytesReceived = _bytesReceived,
            SegmentsSent = _segmentsSent,
            SegmentsReceived = _segmentsReceived,
            NotSentBytes = (uint)Unsent,
            MinimumRoundTrip = (uint)(_roundTrip.Minimum / 1000),
            SendWindow = _sendWindow,
            DeliveredBytes = _delivered,
        };
        for (int at = _sent.First; at != 0; at = Sent[at].Next)
        {
            uint segments = ((uint)Sent[at].Length + size - 1) / size;
            info.Unacknowledged += segments;
            info.Sacked += Sent[at].Has(SentFlags.Sacked) ? segments : 0;
            info.Lost += Sent[at].Has(SentFlags.Lost) ? segments : 0;
            info.Retransmitted += Sent[at].Has(SentFlags.Resent) ? segments : 0;
        }

        return info;
    }
}
