namespace Mote.Kernel.Net.Stack;

/// <summary>
/// A row of bytes made of parts of pages, all kept by its <see cref="PacketPool"/>: what a packet carries, what a connection has to send or to be read. The default value is
/// empty. It owns one reference on the page of each part; it is moved, not copied.
/// </summary>
public struct ByteList
{
    /// <summary>The first and the last part's node plus one; zero when empty.</summary>
    internal int Head;
    internal int Tail;

    /// <summary>Bytes in the list.</summary>
    public int Length { get; internal set; }

    public readonly bool IsEmpty => Length == 0;
}
