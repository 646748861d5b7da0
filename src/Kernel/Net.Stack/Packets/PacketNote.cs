using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>What a layer needs to know of a packet that it keeps: of a datagram where it came from, of a segment which numbers it covers, of an unresolved one where it goes.</summary>
internal struct PacketNote
{
    public IpAddress Source;
    public IpAddress Destination;
    public ushort SourcePort;
    public ushort DestinationPort;
    public byte TimeToLive;
    public byte TypeOfService;
    public int Interface;
    public uint Drops;

    /// <summary>The peer's stream ends behind the segment.</summary>
    public bool IsEnd;

    /// <summary>Where a segment's data begins and ends in the stream.</summary>
    public SeqNo Start;
    public SeqNo End;
}
