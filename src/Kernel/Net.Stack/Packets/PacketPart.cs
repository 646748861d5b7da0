namespace Mote.Kernel.Net.Stack;

/// <summary>Bytes within one page of a <see cref="PacketPool"/>.</summary>
/// <param name="Page">The page's number in the pool.</param>
/// <param name="Offset">The first byte within the page.</param>
/// <param name="Length">How many bytes.</param>
public readonly record struct PacketPart(int Page, int Offset, int Length);
