using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>A neighbour on a link: its address there, and the packets that wait for it.</summary>
public sealed class NeighborEntry : TimerNode
{
    private readonly NeighborTable _table;

    internal PacketQueue Waiting;

    internal NeighborEntry(NeighborTable table) => _table = table;

    public IpAddress Address { get; internal set; }

    public MacAddress Mac { get; internal set; }

    public NeighborState State { get; internal set; }

    /// <summary>Whether it was ever asked for: one that was only looked up is nobody's business.</summary>
    public bool IsKnown => State != NeighborState.None && (State != NeighborState.Failed || Probes > 0);

    /// <summary>Neighbour advertisements say so (RFC 4861, 4.4).</summary>
    public bool IsRouter { get; internal set; }

    internal int Probes { get; set; }

    internal Instant LastUsed { get; set; }

    /// <summary>The next entry of the same hash.</summary>
    internal NeighborEntry? NextInBucket { get; set; }

    internal bool IsUsable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => State is NeighborState.Reachable or NeighborState.Permanent;
    }

    [AllocationFree]
    public override void Expire(Instant now) => _table.Expire(this, now);
}
