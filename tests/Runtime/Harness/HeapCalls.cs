using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mote.Harness;

/// <summary>The runtime's functions for Machine and for tests of the collector.</summary>
internal static unsafe class HeapCalls
{
    /// <summary>As Runtime's structure of the same name.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct HeapStatistics
    {
        public nuint Allocations;
        public nuint AllocatedBytes;
        public nuint Collections;
        public nuint LiveObjects;
        public nuint LiveBytes;
        public nuint Blocks;
        public nuint CommittedBytes;
        public nuint BytesLeft;
        public nuint MarkStackOverflows;
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteCollect")]
    public static extern safe void Collect();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteCheckHeap")]
    public static extern safe void CheckHeap();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteSetHeapLimit")]
    public static extern safe void SetLimit(nuint bytes);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteNarrowMarkStack")]
    public static extern safe void NarrowMarkStack(nuint capacity);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteHeapAllocatedBytes")]
    public static extern safe nuint AllocatedBytes();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteHeapAllocationCount")]
    public static extern safe nuint AllocationCount();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "HarnessPageCount")]
    public static extern safe nuint PageCount();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteHeapStatistics")]
    private static extern unsafe void ReadStatistics(HeapStatistics* result);

    public static HeapStatistics Statistics
    {
        get
        {
            HeapStatistics result;
            // SAFETY: the structure has the fields that the runtime writes.
            unsafe
            {
                ReadStatistics(&result);
            }

            return result;
        }
    }
}
