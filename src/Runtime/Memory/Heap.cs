using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>The heap of managed objects: allocation by a pointer that only moves up; nothing is freed. A collector
/// replaces this file and keeps its surface.</summary>
// SAFETY: [result - 8, result - 8 + size) lies in the current chunk and is handed out once.
internal static unsafe class Heap
{
    // The word before an object is its header (lock, hash code). It is part of the object's size, so a chunk's first
    // object lies one word in, and the word after an object belongs to the next.
    private const nuint HeaderBytes = 8;
    private const nuint ChunkBytes = 64 * 1024;

    private static byte* s_next;

    // One header past the chunk's end, so that it compares with s_next, which lies one header past the free bytes.
    private static byte* s_limit;
    private static nuint s_finishedBytes;
    private static byte* s_chunkStart;
    private static nuint s_count;

    /// <summary>Allocates a zeroed object and sets its type.</summary>
    /// <param name="type">Its method table.</param>
    /// <param name="size">Its bytes, including the header, a multiple of 8.</param>
    /// <returns>The object, or null when memory is exhausted.</returns>
    public static void* AllocateObject(MethodTable* type, nuint size)
    {
        if (HasRoom(size))
        {
            return Take(type, size);
        }

        byte* chunk = ChunkSource.Take(size + HeaderBytes, ChunkBytes, out nuint given);
        if (chunk == null)
        {
            return null;
        }

        byte* limit = chunk + given + HeaderBytes;
        if (chunk + HeaderBytes == s_limit)
        {
            s_limit = limit;
            return Take(type, size);
        }

        // The object goes into the new chunk; of the two rests the larger is kept.
        byte* oldNext = s_next;
        byte* oldLimit = s_limit;
        s_finishedBytes += (nuint)(s_next - s_chunkStart);
        s_chunkStart = s_next = chunk + HeaderBytes;
        void* result = Take(type, size);
        if (oldLimit - oldNext > limit - s_next)
        {
            s_finishedBytes += size;
            s_chunkStart = s_next = oldNext;
            limit = oldLimit;
        }

        s_limit = limit;
        return result;
    }

    /// <summary>Whether an object fits without more memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasRoom(nuint size) => size <= (nuint)(s_limit - s_next);

    /// <summary><see cref="AllocateObject"/> where <see cref="HasRoom"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void* Take(MethodTable* type, nuint size)
    {
        byte* result = s_next;
        s_next = result + size;
        s_count++;
        *(MethodTable**)result = type;
        return result;
    }

    /// <summary>Bytes of all objects allocated since boot.</summary>
    [RuntimeExport("RhMoteHeapAllocatedBytes")]
    public static nuint AllocatedBytes() => s_finishedBytes + (nuint)(s_next - s_chunkStart);

    /// <summary>Number of objects allocated since boot.</summary>
    [RuntimeExport("RhMoteHeapAllocationCount")]
    public static nuint AllocationCount() => s_count;
}
