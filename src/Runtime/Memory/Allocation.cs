using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>The allocation entry points that compiled code and the class library call. All come down to
/// <see cref="Heap.AllocateObject"/>.</summary>
// SAFETY: method tables come from compiled code, and the size is computed as the collector will compute it.
internal static unsafe class Allocation
{
    private const nuint MaxArrayLength = 0x7fffffff;

    [RuntimeExport("RhpNewFast")]
    public static void* NewFast(MethodTable* type)
    {
        void* result = Heap.AllocateObject(type, (type->BaseSize + 7) & ~7u);
        return result != null ? result : OutOfMemory();
    }

    // No finalizer ever runs: the kernel has none, and nothing is collected yet.
    [RuntimeExport("RhpNewFinalizable")]
    public static void* NewFinalizable(MethodTable* type) => NewFast(type);

    [RuntimeExport("RhpNewArrayFast")]
    public static void* NewArray(MethodTable* type, nuint length)
    {
        if (length > MaxArrayLength)
        {
            Panic.Fail("an array of more than 2^31 elements"u8);
        }

        nuint size = (type->BaseSize + (length * type->ComponentSize) + 7) & ~(nuint)7;
        void* result = Heap.AllocateObject(type, size);
        if (result == null)
        {
            return OutOfMemory();
        }

        // SAFETY: every type with components keeps their number in the word after the method table.
        ((uint*)result)[2] = (uint)length;
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

    // The class library could not even make its OutOfMemoryException (see ClassLibrary.cs).
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void* OutOfMemory()
    {
        Panic.Fail("the kernel heap is exhausted"u8);
        return null;
    }
}
