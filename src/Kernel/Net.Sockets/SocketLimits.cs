namespace Mote.Kernel.Net.Sockets;

/// <summary>What /proc/sys/net/core says of all sockets; who writes there changes it.</summary>
public sealed class SocketLimits
{
    /// <summary>SOCK_MIN_SNDBUF and SOCK_MIN_RCVBUF: no buffer is smaller.</summary>
    public const int MinimumSendBuffer = 4608;

    public const int MinimumReceiveBuffer = 2304;

    /// <summary>somaxconn: listen(2) is given no longer queue.</summary>
    public int Backlog { get; set; } = 4096;

    /// <summary>wmem_default and rmem_default: the buffers of a new socket that is not TCP's.</summary>
    public int SendBuffer { get; set; } = 212_992;

    public int ReceiveBuffer { get; set; } = 212_992;

    /// <summary>wmem_max and rmem_max: what SO_SNDBUF and SO_RCVBUF may ask for.</summary>
    public int SendBufferLimit { get; set; } = 212_992;

    public int ReceiveBufferLimit { get; set; } = 212_992;

    /// <summary>net.ipv4.ip_unprivileged_port_start: ports below are for who has CAP_NET_BIND_SERVICE.</summary>
    public int FirstFreePort { get; set; } = 1024;

    /// <summary>The backlog that listen(2) gives: a negative one is a very large one (net/socket.c).</summary>
    public int BacklogFor(int asked) => unchecked((uint)asked) > (uint)Backlog ? Backlog : asked;
}
