namespace Mote.Kernel.Net.Stack;

/// <summary>What is known of a neighbour's link address (RFC 4861, 7.3.2; ARP is treated alike).</summary>
public enum NeighborState : byte
{
    /// <summary>The entry is free.</summary>
    None,

    /// <summary>Asked for; packets wait.</summary>
    Incomplete,

    /// <summary>It has answered lately.</summary>
    Reachable,

    /// <summary>It has not been heard of for some time; it is used all the same.</summary>
    Stale,

    /// <summary>It was used while stale: soon it is asked.</summary>
    Delay,

    /// <summary>It is being asked at its known address.</summary>
    Probe,

    /// <summary>It does not answer.</summary>
    Failed,

    /// <summary>Set by hand; never asked.</summary>
    Permanent,
}
