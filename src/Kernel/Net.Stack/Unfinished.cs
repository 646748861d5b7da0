using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>What may still be lost when the machine ends.</summary>
/// <param name="Left">
/// Bytes of closed connections that their peers have not acknowledged, their ends, and packets that wait for a neighbour or for the device. It becomes less as the network takes it; zero when
/// nothing is left.
/// </param>
/// <param name="LastHeard">When one of those peers was last heard of.</param>
public readonly record struct Unfinished(long Left, Instant LastHeard);
