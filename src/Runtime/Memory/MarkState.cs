using System.Runtime.InteropServices;

namespace Mote.Runtime;

/// <summary>What Arch/X64/Mark.S knows of a collection.</summary>
// SAFETY: declares pointers, follows none.
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MarkState
{
    /// <summary>Where the next object goes on the stack of those whose references are still to be followed.</summary>
    public byte** Top;

    /// <summary>Where none goes any more.</summary>
    public byte** Limit;

    /// <summary>Zero less the heap's start.</summary>
    public nint MinusBase;

    /// <summary>Bytes from there among which all objects are.</summary>
    public nuint Bytes;

    /// <summary>What live objects are marked with.</summary>
    public uint Mark;

    /// <summary>Nonzero when an object found no room.</summary>
    public int IsOverflown;
}
