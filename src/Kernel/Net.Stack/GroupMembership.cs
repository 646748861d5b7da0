using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>A group that an endpoint is in, and on which interface.</summary>
public readonly record struct GroupMembership(IpAddress Group, int Interface);
