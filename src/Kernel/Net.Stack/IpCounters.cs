namespace Mote.Kernel.Net.Stack;

/// <summary>What is counted of the rarer things that happen to packets of one version of IP (RFC 4293).</summary>
public struct IpCounters
{
    public ulong HeaderErrors;

    /// <summary>Packets for addresses that are not the machine's.</summary>
    public ulong AddressErrors;
    public ulong UnknownProtocols;

    /// <summary>Fragments that came, packets that were put together of them, and failures; of these the ones for lack of time.</summary>
    public ulong Fragments;
    public ulong Reassembled;
    public ulong NotReassembled;
    public ulong ReassemblyTimeouts;

    /// <summary>Packets that were sent in fragments, that could not be, and the fragments.</summary>
    public ulong Fragmented;
    public ulong NotFragmented;
    public ulong FragmentsSent;

    /// <summary>Bytes of packets with their headers; of IPv6 alone, those of IPv4 are what is left of the interfaces'.</summary>
    public ulong OctetsReceived;
    public ulong OctetsSent;

    /// <summary>Packets of IGMP and of raw sockets' own protocols.</summary>
    public ulong OthersReceived;
    public ulong OthersSent;
}
