using Mote.Kernel.Net.Stack;

namespace Mote.Tests.Fuzz;

/// <summary>The same numbers for every input.</summary>
internal sealed class FuzzRandom : NetRandom
{
    private ulong _state = 1;

    public override ulong Next() => _state = unchecked((_state * 6364136223846793005) + 1442695040888963407);
}
