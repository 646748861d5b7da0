using System;

namespace Mote.Machine;

/// <summary>
/// Context blocks with their kernel stacks. Stacks lie in a region of their own, each above an unmapped guard, so that an overflow
/// faults instead of writing elsewhere. What is returned is kept for the next context and never becomes anything else.
/// </summary>
internal static unsafe class ContextPool
{
    internal const int StackBytes = 24 * 1024;
    internal const ulong StackRegion = 0xffff_c000_0000_0000;
    internal const ulong StackStride = 32 * 1024;

    private static ContextBlock* s_free; // linked through KernelRsp
    private static ContextBlock* s_newest; // linked through Older
    private static ulong s_slots;

    /// <summary>Stack slots used so far, from the first.</summary>
    internal static ulong Slots => s_slots;

    /// <summary>Forgets every block: the hosted machine starts anew with other frames.</summary>
    internal static void Reset()
    {
        s_free = null;
        s_newest = null;
        s_slots = 0;
    }

    /// <summary>The youngest of all blocks.</summary>
    internal static ContextBlock* Newest => s_newest;

    /// <summary>Counts the boot stack's block, which is not from the pool, among all blocks.</summary>
    internal static void AddBoot(ContextBlock* block)
    {
        // SAFETY: the boot code's block, which lives as long as the machine.
        unsafe
        {
            block->IsInUse = 1;
            block->Older = s_newest;
        }

        s_newest = block;
    }

    internal static ContextBlock* Take()
    {
        // SAFETY: blocks on the list are frames that this pool took and nobody uses; their stacks stay mapped.
        unsafe
        {
            ContextBlock* block = s_free;
            if (block != null)
            {
                s_free = (ContextBlock*)block->KernelRsp;
            }
            else
            {
                block = Create();
                if (block == null)
                {
                    return null;
                }
            }

            ulong low = block->StackLow;
            ulong high = block->StackHigh;
            ContextBlock* older = block->Older;
            *block = default;
            block->StackLow = low;
            block->StackHigh = high;
            block->Older = older;
            block->IsInUse = 1;
            if (!MachineKind.IsHosted)
            {
                // Six callee-saved registers, then the entry, which finds the stack empty and aligned to 16.
                ulong* top = (ulong*)high - 7;
                new Span<ulong>(top, 7).Clear();
                top[6] = Native.NewContextEntry();
                block->KernelRsp = (ulong)top;
            }

            return block;
        }
    }

    internal static void Return(ContextBlock* block)
    {
        // SAFETY: the caller gives up the block; only the pool touches it from now on.
        unsafe
        {
            block->IsInUse = 0;
            block->ThreadStatics = null;
            block->KernelRsp = (ulong)s_free;
        }

        s_free = block;
    }

    /// <summary>Gives a slot's stack its frames; when there are not enough, those that it got go back.</summary>
    private static bool TryMapStack(ulong low, ulong high)
    {
        for (ulong page = low; page < high; page += PageSize.Bytes)
        {
            uint frame = FrameTable.Take(FrameState.Kernel);
            if (frame != 0 && KernelAddressSpace.TryMap(page, frame, writable: true))
            {
                continue;
            }

            if (frame != 0)
            {
                FrameTable.Release(frame);
            }

            while (page > low)
            {
                page -= PageSize.Bytes;
                FrameTable.Release(KernelAddressSpace.Unmap(page));
            }

            return false;
        }

        return true;
    }

    private static ContextBlock* Create()
    {
        uint frame = FrameTable.Take(FrameState.Kernel);
        if (frame == 0)
        {
            return null;
        }

        ContextBlock* block = (ContextBlock*)PhysicalMemory.Window(frame);
        ulong high = StackRegion + ((s_slots + 1) * StackStride);
        ulong low = high - StackBytes;
        if (!MachineKind.IsHosted && !TryMapStack(low, high))
        {
            FrameTable.Release(frame);
            return null;
        }

        s_slots++;

        // SAFETY: the frame was just taken for this block.
        unsafe
        {
            *block = default;
            block->StackLow = low;
            block->StackHigh = high;
            block->Older = s_newest;
        }

        s_newest = block;
        return block;
    }
}
