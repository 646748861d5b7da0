namespace Mote.Kernel.Net.Stack;

/// <summary>What is counted of ICMP over one version of IP (RFC 4293).</summary>
public struct IcmpCounters
{
    public ulong Received;
    public ulong Bad;
    public ulong Sent;

    /// <summary>By the message's type.</summary>
    public readonly ulong[] ReceivedByType;
    public readonly ulong[] SentByType;

    public IcmpCounters()
    {
        ReceivedByType = new ulong[256];
        SentByType = new ulong[256];
    }
}
