using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>How packets to one destination leave: what ip-route(8) tells with <c>get</c>.</summary>
/// <param name="Interface">By which interface.</param>
/// <param name="Gateway">The router, or an unspecified address.</param>
/// <param name="Source">The address from which they come.</param>
/// <param name="Mtu">The longest packet.</param>
/// <param name="IsLocal">The destination is this machine.</param>
/// <param name="IsBroadcast">It is a broadcast.</param>
/// <param name="By">The route; none for what needs none.</param>
public readonly record struct Way(NetInterface Interface, IpAddress Gateway, IpAddress Source, int Mtu, bool IsLocal, bool IsBroadcast, Route? By);
