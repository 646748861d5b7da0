using Mote.Kernel.Net.Wire;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>A segment as a test sees it.</summary>
internal sealed record RawSegment(
    SeqNo Sequence, SeqNo Acknowledgment, TcpFlags Flags, ushort Window, ushort SourcePort, ushort DestinationPort, TcpOptions Options, byte[] Data, IpAddress To, ushort UrgentPointer)
{
    public override string ToString() => $"{Flags} seq {Sequence.Value} ack {Acknowledgment.Value} len {Data.Length} win {Window}";
}
