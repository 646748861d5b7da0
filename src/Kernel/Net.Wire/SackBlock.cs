namespace Mote.Kernel.Net.Wire;

/// <summary>A range that arrived out of order: from its first byte to the one behind its last (RFC 2018, 3).</summary>
public readonly record struct SackBlock(SeqNo Start, SeqNo End);
