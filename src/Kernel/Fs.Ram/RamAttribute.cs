using System;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Ram;

/// <summary>An extended attribute: its full name, with the namespace, and its value.</summary>
internal sealed class RamAttribute(ReadOnlySpan<byte> name, int place) : NamedNode(name)
{
    /// <summary>Its place in the order in which attributes were first set.</summary>
    public int Place { get; set; } = place;

    public byte[] Value { get; set; } = [];

    public int Bytes => Name.Length + Value.Length;
}
