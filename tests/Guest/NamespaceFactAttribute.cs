using Xunit;

namespace Mote.Tests.Guest;

/// <summary>A test in a network of its own (<see cref="NetworkNamespace"/>), which some containers forbid; anybody else may run it, unless a command in it needs more.</summary>
internal sealed class NamespaceFactAttribute : FactAttribute
{
    /// <param name="command">What the test does there that may be forbidden by itself.</param>
    public NamespaceFactAttribute(string command = "true") => Skip = NetworkNamespace.Obstacle(command);
}
