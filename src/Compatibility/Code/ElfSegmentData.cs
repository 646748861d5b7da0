using System;

namespace Mote.Compatibility.Code;

/// <summary>A loaded segment of an ELF file: where it goes, its bytes and whether they are code.</summary>
internal readonly record struct ElfSegmentData(ulong Address, ReadOnlyMemory<byte> Bytes, bool IsExecutable)
{
    public ulong End => Address + (ulong)Bytes.Length;

    public bool Contains(ulong address) => address >= Address && address < End;
}
