using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>Block copies and fills, written in assembly (Arch/X64/Memory.S).</summary>
// SAFETY: these are the C library's functions of these names; the symbols are those of Arch/X64/Memory.S.
internal static unsafe class Block
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "memmove")]
    public static extern void* Move(void* destination, void* source, nuint bytes);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "memset")]
    public static extern void* Fill(void* destination, int value, nuint bytes);
}
