using System;

namespace Mote.Kernel.Vfs;

/// <summary>Something with a file name, to be found by it in a <see cref="NameTable{T}"/>.</summary>
public abstract class NamedNode
{
    private byte[] _name;

    protected NamedNode(ReadOnlySpan<byte> name)
    {
        _name = name.ToArray();
    }

    /// <summary>The name's bytes.</summary>
    public ReadOnlySpan<byte> Name => _name;

    internal uint Hash { get; set; }

    internal NamedNode? NextInBucket { get; set; }

    /// <summary>Gives another name; the node must be in no table.</summary>
    protected void SetName(ReadOnlySpan<byte> name) => _name = name.ToArray();
}
