namespace Mote.Kernel.Net.Stack;

/// <summary>What is counted of UDP over one version of IP (RFC 4113).</summary>
public struct UdpCounters
{
    /// <summary>Datagrams that were queued, and those of them that were read: programs are told of these (InDatagrams).</summary>
    public ulong Received;
    public ulong Read;
    public ulong Sent;
    public ulong NoPort;
    public ulong BadChecksum;

    /// <summary>No room in a socket's queue.</summary>
    public ulong Full;
}
