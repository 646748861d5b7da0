using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>What the IP layer says to the transports of a packet whose IP header is off.</summary>
internal struct IpHeaderInfo
{
    public NetInterface Interface;
    public IpAddress Source;
    public IpAddress Destination;
    public byte Protocol;
    public byte TimeToLive;
    public byte TypeOfService;

    /// <summary>It was sent to a broadcast or multicast address: it is never answered by an error or a reset.</summary>
    public bool IsToMany;
}
