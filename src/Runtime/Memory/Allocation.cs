using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>The allocation entry points that compiled code and the class library call. All come down to
/// <see cref="Heap.Allocate"/>.</summary>
// SAFETY: method tables come from compiled code, and the size is computed as the collector will compute it.
internal static unsafe class Allocation
{
    private const nuint MaxArrayLength = 0x7fffffff;

    // An object's size is a multiple of 8 already; only strings and arrays need rounding.
    [RuntimeExport("RhpNewFast")]
    public static void* NewFast(MethodTable* type)
    {
        void* result = Heap.TryTake(type, type->BaseSize);
        return result != null ? result : NewSlow(type, type->BaseSize);
    }

    // No finalizer ever runs: the kernel has none, and those of the class library only make up for a forgotten Dispose.
    [RuntimeExport("RhpNewFinalizable")]
    public static void* NewFinalizable(MethodTable* type) => NewFast(type);

    [RuntimeExport("RhpNewArrayFast")]
    public static void* NewArray(MethodTable* type, nuint length)
    {
        nuint size = ArraySize(type, length);
        void* result = length > MaxArrayLength ? null : Heap.TryTake(type, size);
        if (result == null)
        {
            return NewArraySlow(type, length);
        }

        SetLength(result, length);
        return result;
    }

    [RuntimeExport("RhpNewPtrArrayFast")]
    public static void* NewPointerArray(MethodTable* type, nuint length) => NewArray(type, length);

    [RuntimeExport("RhNewString")]
    public static void* NewString(MethodTable* type, nuint length) => NewArray(type, length);

    [RuntimeExport("RhAllocateNewObject")]
    public static void AllocateNewObject(MethodTable* type, uint flags, void** result) => *result = NewFast(type);

    [RuntimeExport("RhAllocateNewArray")]
    public static void AllocateNewArray(MethodTable* type, uint length, uint flags, void** result) => *result = NewArray(type, length);

    private static nuint ArraySize(MethodTable* type, nuint length)
        => (type->BaseSize + (length * type->ComponentSize) + 7) & ~(nuint)7;

    // Every type with components keeps their number in the word after the method table.
    private static void SetLength(void* array, nuint length) => ((uint*)array)[2] = (uint)length;

    // The class library could not even make its OutOfMemoryException (see ClassLibrary.cs).
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void* NewSlow(MethodTable* type, nuint size)
    {
        void* result = Heap.Allocate(type, size);
        if (result == null)
        {
            Collector.Exhaust();
            Panic.Fail("the kernel heap is exhausted"u8);
        }

        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void* NewArraySlow(MethodTable* type, nuint length)
    {
        if (length > MaxArrayLength)
        {
            Panic.Fail("an array of a negative or too large size"u8);
        }

        void* result = NewSlow(type, ArraySize(type, length));
        SetLength(result, length);
        return result;
    }
}
