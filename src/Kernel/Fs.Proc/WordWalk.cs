using System;

namespace Mote.Kernel.Fs.Proc;

/// <summary>The words of a text that white space separates.</summary>
internal ref struct WordWalk(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly WordWalk GetEnumerator() => this;

    public bool MoveNext()
    {
        _rest = _rest.TrimStart(" \t\n"u8);
        int end = _rest.IndexOfAny(" \t\n"u8);
        Current = end < 0 ? _rest : _rest[..end];
        _rest = _rest[Current.Length..];
        return !Current.IsEmpty;
    }
}
