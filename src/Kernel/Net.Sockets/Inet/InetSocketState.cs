using Mote.Kernel.Net.Stack;

namespace Mote.Kernel.Net.Sockets;

/// <summary>What /proc/net/tcp and its like tell of a socket; the state is a number of Linux's TCP states (net/tcp_states.h).</summary>
public readonly record struct InetSocketState(EndpointAddress Local, EndpointAddress Remote, byte State, int SendQueue, int ReceiveQueue, uint User, ulong Inode, ulong Drops);
