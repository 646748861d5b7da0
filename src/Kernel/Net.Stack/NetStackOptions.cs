namespace Mote.Kernel.Net.Stack;

/// <summary>Sizes and limits, most of which programs see below /proc/sys/net. Those with a setter that a program may call there hold from then on.</summary>
public sealed class NetStackOptions
{
    /// <summary>net.ipv4.ip_local_port_range.</summary>
    public ushort FirstEphemeralPort { get; set; } = 32768;

    public ushort LastEphemeralPort { get; set; } = 60999;

    /// <summary>net.ipv4.tcp_wmem and tcp_rmem: the size of new connections' buffers, and to what they grow by themselves.</summary>
    public int TcpSendBuffer { get; set; } = 16 * 1024;

    /// <summary>Their first numbers, which say what a connection is left when memory is short, are kept and not used: <see cref="PacketPool.IsUnderPressure"/> leaves each a page.</summary>
    public int TcpSendBufferMinimum { get; set; } = 4096;

    public int TcpReceiveBufferMinimum { get; set; } = 4096;

    public int TcpSendBufferLimit { get; set; } = 4 << 20;

    public int TcpReceiveBuffer { get; set; } = 131072;

    public int TcpReceiveBufferLimit { get; set; } = 6 << 20;

    /// <summary>net.core.rmem_default and wmem_default: buffers of datagram endpoints.</summary>
    public int DatagramBuffer { get; set; } = 212992;

    /// <summary>Connections that may be in TIME-WAIT; the oldest goes for the next (net.ipv4.tcp_max_tw_buckets).</summary>
    public int TimeWaitLimit { get; set; } = 8192;

    /// <summary>Connections that may be half open before cookies are sent (net.ipv4.tcp_max_syn_backlog).</summary>
    public int SynLimit { get; set; } = 1024;

    /// <summary>net.ipv4.tcp_syncookies.</summary>
    public SynCookieUse SynCookieUse { get; set; } = SynCookieUse.UnderFlood;

    /// <summary>net.ipv4.tcp_syn_retries: how often a SYN is sent again.</summary>
    public byte TcpSynRetries { get; set; } = 6;

    /// <summary>net.ipv4.tcp_congestion_control: Reno rather than CUBIC.</summary>
    public bool TcpIsReno { get; set; }

    /// <summary>net.ipv4.tcp_fin_timeout: how long an orphan stays in FIN-WAIT-2, nanoseconds.</summary>
    public ulong TcpFinTimeout { get; set; } = 60 * TcpConnection.Second;

    /// <summary>net.ipv4.tcp_keepalive_time and tcp_keepalive_intvl, nanoseconds, and tcp_keepalive_probes.</summary>
    public ulong TcpKeepIdle { get; set; } = 7200 * TcpConnection.Second;

    public ulong TcpKeepInterval { get; set; } = 75 * TcpConnection.Second;

    public byte TcpKeepCount { get; set; } = 9;

    /// <summary>Sent segments of which all connections together can keep track one by one.</summary>
    public int SentSegmentLimit { get; set; } = 16384;

    /// <summary>Buckets of the table of connections: a power of two.</summary>
    public int ConnectionBuckets { get; set; } = 4096;

    /// <summary>net.ipv4.ip_default_ttl.</summary>
    public byte TimeToLive { get; set; } = 64;
}
