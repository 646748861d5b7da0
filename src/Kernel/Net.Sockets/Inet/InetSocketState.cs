using Mote.Kernel.Net.Stack;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// What /proc/net/tcp and its like tell of a socket; the state is a number of Linux's TCP states (net/tcp_states.h). Of a listener the queues are the connections that wait to be accepted and
/// how many may.
/// </summary>
public readonly record struct InetSocketState(EndpointAddress Local, EndpointAddress Remote, byte State, int SendQueue, int ReceiveQueue, uint User, ulong Inode, ulong Drops)
{
    /// <summary>Which timer runs: 1 sends again, 2 asks whether the peer is there, 3 ends TIME-WAIT; 0 none.</summary>
    public byte Timer { get; init; }

    /// <summary>In how many milliseconds it strikes.</summary>
    public uint TimerMs { get; init; }

    public uint Retransmits { get; init; }

    /// <summary>The index of the interface that it is bound to, or zero.</summary>
    public int Interface { get; init; }

    /// <summary>Of a connection.</summary>
    public uint RetransmitTimeoutMs { get; init; }

    public uint CongestionWindow { get; init; }

    /// <summary>Segments; null for without end.</summary>
    public uint? SlowStartThreshold { get; init; }
}
