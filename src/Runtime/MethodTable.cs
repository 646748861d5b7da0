using System.Runtime.InteropServices;

namespace Mote.Runtime;

/// <summary>The head of a type's method table as ilc 10.0.12 emits it. The GC descriptor lies below it, the
/// virtual method pointers follow it.</summary>
// SAFETY: reads the words that ilc lays out around each method table.
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct MethodTable
{
    public const uint HasComponentSizeFlag = 0x80000000;
    private const uint HasPointersFlag = 0x01000000;

    [FieldOffset(0)]
    public uint Flags;

    [FieldOffset(0)]
    public ushort ComponentSize;

    /// <summary>Bytes of an instance without its array elements, including the header word before the object.</summary>
    [FieldOffset(4)]
    public uint BaseSize;

    [FieldOffset(8)]
    public MethodTable* BaseType;

    [FieldOffset(16)]
    public ushort VtableSlots;

    [FieldOffset(18)]
    public ushort Interfaces;

    [FieldOffset(20)]
    public uint HashCode;

    public readonly bool HasComponents => (Flags & HasComponentSizeFlag) != 0;

    public readonly bool HasPointers => (Flags & HasPointersFlag) != 0;

    /// <summary>Bytes of the GC descriptor below a method table: its word at -8 is the number of series, and negative
    /// for arrays of structs (src/coreclr/gc/gcdesc.h in dotnet/runtime).</summary>
    public static int GcDescriptorSize(MethodTable* type)
    {
        if (!type->HasPointers)
        {
            return 0;
        }

        nint series = ((nint*)type)[-1];
        return (int)(series > 0
            ? sizeof(nint) + (series * 2 * sizeof(nint))
            : (2 * sizeof(nint)) + (-series * sizeof(nint)));
    }
}
