using System;
using System.Runtime.InteropServices;

namespace Mote.Machine;

/// <summary>Where the kernel heap's pages get memory from: frames, mapped at the heap's own addresses. Called by the runtime in the middle of an allocation or
/// a collection, so nothing here allocates an object.</summary>
internal static unsafe class HeapPages
{
    /// <summary>Memory of the heap, in bytes, but for what it had at boot.</summary>
    internal static ulong Bytes { get; private set; }

    [UnmanagedCallersOnly]
    internal static int Commit(void* start, nuint pages)
    {
        for (nuint i = 0; i < pages; i++)
        {
            ulong address = (ulong)start + (i * PageSize.Bytes);
            uint frame = FrameTable.TakeLast(FrameState.Kernel);
            if (frame == 0 || !KernelAddressSpace.TryMap(address, frame, writable: true))
            {
                if (frame != 0)
                {
                    FrameTable.Release(frame);
                }

                Free((ulong)start, i);
                return 0;
            }

            // SAFETY: the frame was just taken and is visible in the direct map.
            unsafe
            {
                new Span<byte>(PhysicalMemory.Window(frame), PageSize.Bytes).Clear();
            }
        }

        Bytes += pages << PageSize.Shift;
        KernelHeap.OnPagesTaken();
        return 1;
    }

    [UnmanagedCallersOnly]
    internal static void Release(void* start, nuint pages)
    {
        Bytes -= pages << PageSize.Shift;
        Free((ulong)start, pages);
    }

    private static void Free(ulong start, nuint pages)
    {
        for (nuint i = 0; i < pages; i++)
        {
            FrameTable.Release(KernelAddressSpace.Unmap(start + (i * PageSize.Bytes)));
        }
    }
}
