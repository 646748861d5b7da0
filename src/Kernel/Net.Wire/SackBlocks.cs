using System.Runtime.CompilerServices;

namespace Mote.Kernel.Net.Wire;

/// <summary>As many blocks as a header has room for.</summary>
[InlineArray(TcpOptions.MaximumSackBlocks)]
public struct SackBlocks
{
    private SackBlock _first;
}
