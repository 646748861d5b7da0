using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Processes;

/// <summary>User and group ids of a thread and its capabilities (credentials(7), capabilities(7)).</summary>
public sealed class Credentials(CapabilitySets capabilities)
{
    public IdTriple User { get; private init; } = new();

    public IdTriple Group { get; private init; } = new();

    public CapabilitySets Capabilities { get; } = capabilities;

    /// <summary>Whether a capability is in effect: all that lifts a rule for a privileged caller asks here.</summary>
    public bool Has(Capability capability) => Capabilities.Has(capability);

    /// <summary>A copy with a copy of the capabilities.</summary>
    public Credentials Clone(CapabilitySets capabilities) => new(capabilities) { User = User.Clone(), Group = Group.Clone() };
}
