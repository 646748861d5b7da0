namespace Mote.Kernel.Net.Stack;

/// <summary>What is known of the checksum of the transport header in a packet.</summary>
public enum ChecksumState : byte
{
    /// <summary>It is in the packet as on the wire; of a received packet nobody has looked at it yet.</summary>
    Complete,

    /// <summary>
    /// The field holds the folded sum of the pseudo header; whoever sends the packet on a wire sums from <see cref="PacketBuffer.ChecksumStart"/> to the end and stores the
    /// complement. A received packet like this never was on a wire, so there is nothing to check.
    /// </summary>
    Partial,

    /// <summary>The device has checked it.</summary>
    Verified,
}
