using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>An address with a port. <paramref name="Scope"/> is the interface's index of a link-local IPv6 address, or zero.</summary>
public readonly record struct EndpointAddress(IpAddress Address, ushort Port, int Scope = 0);
