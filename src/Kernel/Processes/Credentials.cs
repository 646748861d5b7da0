using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Processes;

/// <summary>User and group ids of a process and its capabilities (credentials(7), capabilities(7)). All its threads have the same.</summary>
public sealed class Credentials(CapabilitySets capabilities)
{
    public IdTriple User { get; } = new();

    public IdTriple Group { get; } = new();

    public CapabilitySets Capabilities { get; } = capabilities;

    /// <summary>Whether a capability is in effect: all that lifts a rule for a privileged caller asks here.</summary>
    public bool Has(Capability capability) => Capabilities.Has(capability);
}
