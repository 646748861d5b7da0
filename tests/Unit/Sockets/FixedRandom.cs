using Mote.Kernel.Net.Stack;

namespace Mote.Tests.Unit.Sockets;

/// <summary>The same row of numbers in each test.</summary>
internal sealed class FixedRandom : NetRandom
{
    private ulong _state = 1;

    public override ulong Next() => _state = unchecked((_state * 6364136223846793005) + 1442695040888963407);
}
