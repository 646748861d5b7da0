namespace Mote.Kernel.Net.Stack;

/// <summary>What TCP_INFO tells of a connection (struct tcp_info in linux/tcp.h). Times in microseconds unless they say otherwise.</summary>
public struct TcpInfo
{
    public TcpState State;

    /// <summary>TCP_CA_Open 0, Disorder 1, Recovery 3, Loss 4.</summary>
    public byte CongestionState;
    public byte Retransmits;
    public byte Probes;
    public byte Backoff;
    public bool UsesTimestamps;
    public bool UsesSack;
    public bool UsesScaling;
    public byte SendScale;
    public byte ReceiveScale;
    public uint RetransmitTimeout;
    public uint SendSegmentSize;
    public uint ReceiveSegmentSize;

    /// <summary>Segments.</summary>
    public uint Unacknowledged;
    public uint Sacked;
    public uint Lost;
    public uint Retransmitted;
    public uint LastSentMs;
    public uint LastReceivedMs;
    public uint PathMtu;
    public uint SmoothedRoundTrip;
    public uint RoundTripVariation;
    public uint SlowStartThreshold;
    public uint CongestionWindow;
    public uint AdvertisedSegmentSize;
    public uint ReceiveSpace;
    public uint TotalRetransmissions;
    public ulong BytesAcknowledged;
    public ulong BytesReceived;
    public uint SegmentsSent;
    public uint SegmentsReceived;
    public uint NotSentBytes;
    public uint MinimumRoundTrip;
    public uint SendWindow;
    public ulong DeliveredBytes;
}
