using Xunit;

namespace Mote.Tests.Guest;

/// <summary>A test in a network of its own (<see cref="NetworkNamespace"/>), which some containers forbid. Anybody else may run it.</summary>
internal sealed class NamespaceFactAttribute : FactAttribute
{
    public NamespaceFactAttribute() => Skip = NetworkNamespace.Obstacle();
}
