using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Sockets;

/// <summary>What control messages tell of a packet's headers.</summary>
/// <param name="Destination">Where it was sent to; the scope is the index of the interface that it came or went by.</param>
/// <param name="TimeToLive">Or the hop limit.</param>
/// <param name="TypeOfService">Or the traffic class.</param>
/// <param name="Own">This machine's address, as IP_PKTINFO tells it beside the destination.</param>
/// <param name="Port">The port that goes with the destination; null where the packet is too short to have one.</param>
internal readonly record struct ReceivedHeader(EndpointAddress Destination, byte TimeToLive, byte TypeOfService, IpAddress Own, int? Port);
