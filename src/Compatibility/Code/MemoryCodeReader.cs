using System;
using Iced.Intel;

namespace Mote.Compatibility.Code;

/// <summary>Hands code to the decoder without copying it.</summary>
internal sealed class MemoryCodeReader(ReadOnlyMemory<byte> code) : CodeReader
{
    private int _next;

    public override int ReadByte() => _next < code.Length ? code.Span[_next++] : -1;
}
