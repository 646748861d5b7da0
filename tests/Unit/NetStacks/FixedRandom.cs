using Mote.Kernel.Net.Stack;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>A row of numbers that is the same on every run (SplitMix64).</summary>
internal sealed class FixedRandom(ulong seed) : NetRandom
{
    private ulong _state = seed;

    public override ulong Next()
    {
        unchecked
        {
            ulong z = _state += 0x9e37_79b9_7f4a_7c15;
            z = (z ^ z >> 30) * 0xbf58_476d_1ce4_e5b9;
            z = (z ^ z >> 27) * 0x94d0_49bb_1331_11eb;
            return z ^ z >> 31;
        }
    }
}
