using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>What control messages tell of the packet that an entry of the queue of errors is made of (IP_PKTINFO, IP_RECVTTL, IP_RECVTOS
/// and their kin).</summary>
public readonly record struct PacketHeader
{
    /// <summary>The interface that it came or went by; zero where there is no packet.</summary>
    public int Interface { get; init; }

    public IpAddress Destination { get; init; }

    public byte TimeToLive { get; init; }

    public byte TypeOfService { get; init; }

    /// <summary>Where in the entry's data Linux looks for a port to go with the destination: at the transport's header of what was sent, at
    /// the start of what an error quotes.</summary>
    public byte TransportOffset { get; init; }
}
