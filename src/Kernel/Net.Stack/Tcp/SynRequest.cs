using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>A SYN that a listener has answered: all that is kept until the handshake is complete.</summary>
internal struct SynRequest
{
    public TcpListener? Listener;
    public IpAddress Local;
    public IpAddress Remote;
    public ushort RemotePort;
    public ushort PeerWindow;

    /// <summary>The window that our SYN-ACK told.</summary>
    public ushort ToldWindow;
    public byte Retransmissions;

    /// <summary>TCP_DEFER_ACCEPT: the handshake is complete, but data must come before the program hears of it.</summary>
    public bool IsDeferred;
    public SeqNo Initial;
    public SeqNo PeerInitial;
    public uint TimestampOffset;

    /// <summary>The timestamp of an answer that is a cookie, or zero.</summary>
    public uint CookieTimestamp;
    public int Scope;
    public Instant SentAt;
    public Instant Deadline;
    public TcpOptions Options;

    /// <summary>The next of the same bucket, or of the free ones, plus one.</summary>
    public int Next;
}
