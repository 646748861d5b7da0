using Xunit;

namespace Mote.Tests.Guest;

/// <summary>As <see cref="NamespaceFactAttribute"/>, for a test that runs for several sets of data.</summary>
internal sealed class NamespaceTheoryAttribute : TheoryAttribute
{
    /// <param name="command">What the test does there that may be forbidden by itself.</param>
    public NamespaceTheoryAttribute(string command = "true") => Skip = NetworkNamespace.Obstacle(command);
}
