using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>How packets to one destination leave: found once and kept by an endpoint until <see cref="Generation"/> is no longer the stack's. The default value leads nowhere.</summary>
internal struct NetPath
{
    public NetInterface? Interface;
    public NeighborEntry? Neighbor;
    public IpAddress Source;
    public IpAddress Destination;
    public IpAddress NextHop;
    public int Mtu;
    public uint Generation;
    public bool IsBroadcast;
}
