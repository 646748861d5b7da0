using System;

namespace Mote.Kernel.Net.Stack;

/// <summary>The options of a TCP socket (tcp(7), socket(7)); a listener's go to the connections it accepts. Times are in nanoseconds.</summary>
public struct TcpSettings
{
    /// <summary>No stay in FIN-WAIT-2 (TCP_LINGER2 with a negative number).</summary>
    public const ulong NoFinTimeout = ulong.MaxValue;

    /// <summary>TCP_NODELAY.</summary>
    public bool IsNoDelay;

    /// <summary>TCP_CORK; <see cref="TcpConnection.Push"/> must be called when it is taken off.</summary>
    public bool IsCorked;

    /// <summary>TCP_QUICKACK of a listener was set to zero: its connections begin interactive. One of a connection is set by <see cref="TcpConnection.SetQuickAck"/>.</summary>
    public bool IsInteractive;

    /// <summary>TCP_THIN_LINEAR_TIMEOUTS: of a thin stream the retransmission timeout does not double at first.</summary>
    public bool HasLinearTimeouts;

    /// <summary>TCP_CONGESTION: Reno rather than CUBIC.</summary>
    public bool IsReno;

    /// <summary>IP_RECVERR or IPV6_RECVERR: errors that a connection could go on with are told at once (tcp(7)).</summary>
    public bool HearsErrors;

    /// <summary>SO_KEEPALIVE.</summary>
    public bool KeepsAlive;

    /// <summary>SO_OOBINLINE: urgent data stays in the stream.</summary>
    public bool IsUrgentInline;

    /// <summary>The program has set the buffer's size: it does not grow by itself.</summary>
    public bool IsSendBufferFixed;
    public bool IsReceiveBufferFixed;

    /// <summary>SO_LINGER is on.</summary>
    public bool Lingers;

    /// <summary>TCP_SYNCNT: how often a SYN is sent again; zero for what <see cref="NetStackOptions"/> says.</summary>
    public byte SynRetries;

    /// <summary>TCP_KEEPCNT; zero for what <see cref="NetStackOptions"/> says.</summary>
    public byte KeepCount;

    /// <summary>IP_TTL; zero for the interface's.</summary>
    public byte TimeToLive;

    /// <summary>IP_TOS.</summary>
    public byte TypeOfService;

    /// <summary>TCP_MAXSEG; zero for what the path allows.</summary>
    public ushort MaximumSegment;

    /// <summary>SO_LINGER's time in seconds.</summary>
    public int LingerSeconds;

    /// <summary>SO_SNDBUF and SO_RCVBUF as Linux counts them: twice the data.</summary>
    public int SendBuffer;
    public int ReceiveBuffer;

    /// <summary>TCP_NOTSENT_LOWAT; zero for none.</summary>
    public uint NotSentLowWater;

    /// <summary>TCP_WINDOW_CLAMP; zero for none.</summary>
    public int WindowClamp;

    /// <summary>TCP_DEFER_ACCEPT in seconds; zero for off.</summary>
    public int DeferAcceptSeconds;

    /// <summary>TCP_LINGER2: how long an orphan stays in FIN-WAIT-2; zero for what <see cref="NetStackOptions"/> says, <see cref="NoFinTimeout"/> for not at all.</summary>
    public ulong FinTimeout;

    /// <summary>TCP_KEEPIDLE and TCP_KEEPINTVL; zero for what <see cref="NetStackOptions"/> says.</summary>
    public ulong KeepIdle;
    public ulong KeepInterval;

    /// <summary>TCP_USER_TIMEOUT; zero for none.</summary>
    public ulong UserTimeout;

    /// <summary>The number of times a SYN is sent again, and the times below, with what the machine has for those that were not set.</summary>
    public readonly byte SynRetriesOr(NetStackOptions options) => SynRetries != 0 ? SynRetries : options.TcpSynRetries;

    public readonly byte KeepCountOr(NetStackOptions options) => KeepCount != 0 ? KeepCount : options.TcpKeepCount;

    public readonly ulong KeepIdleOr(NetStackOptions options) => KeepIdle != 0 ? KeepIdle : options.TcpKeepIdle;

    public readonly ulong KeepIntervalOr(NetStackOptions options) => KeepInterval != 0 ? KeepInterval : options.TcpKeepInterval;

    public readonly ulong FinTimeoutOr(NetStackOptions options) => FinTimeout == 0 ? options.TcpFinTimeout : FinTimeout == NoFinTimeout ? 0 : FinTimeout;

    /// <summary>What a new socket has.</summary>
    public static TcpSettings Default(NetStackOptions options) => new()
    {
        IsReno = options.TcpIsReno,
        SendBuffer = Math.Max(options.TcpSendBuffer, TcpConnection.MinimumBuffer),
        ReceiveBuffer = Math.Max(options.TcpReceiveBuffer, TcpConnection.MinimumReceiveBuffer),
    };
}
