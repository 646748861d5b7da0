using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>
/// The words that the heap keeps in an object and in an unused slot. The word before an object is its header: the
/// class library keeps lock and hash code in the upper half, and the lower half, padding on 64-bit machines, holds the number of the
/// collection that last found the object alive. An unused slot is zero but for the word of the method table, which holds
/// the next unused slot's object address plus one; no method table has an odd address.
/// </summary>
// SAFETY: callers pass addresses of slots in committed memory.
internal static unsafe class Slot
{
    public const int HeaderBytes = 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint* Mark(byte* value) => (uint*)(value - HeaderBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static MethodTable* Type(byte* value) => *(MethodTable**)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* NextFree(byte* slot) => (byte*)(*(nuint*)slot - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetNextFree(byte* slot, byte* next) => *(nuint*)slot = (nuint)next + 1;

    /// <summary>Whether the slot is unused, in a block that has been swept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFree(byte* slot) => (*(nuint*)slot & 1) != 0;

    /// <summary>Bytes of an object, the header word included, a multiple of 8.</summary>
    public static nuint SizeOf(byte* value)
    {
        MethodTable* type = Type(value);
        nuint size = type->BaseSize;
        if (type->HasComponents)
        {
            size += (nuint)((uint*)value)[2] * type->ComponentSize;
        }

        return (size + 7) & ~(nuint)7;
    }
}
