namespace Mote.Kernel.Net.Stack;

/// <summary>What is counted of UDP over one version of IP (RFC 4113).</summary>
public struct UdpCounters
{
    public ulong Received;
    public ulong Sent;
    public ulong NoPort;
    public ulong BadChecksum;

    /// <summary>No room in a socket's queue.</summary>
    public ulong Full;
}
