using System;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>
/// The frame allocator: state, reference count and free-list link of each 4 KiB frame of RAM, 8 bytes a frame.
/// Entries exist only below each region's watermark, so the cost of starting does not grow with memory.
/// Freed frames go to a list of their 2 MiB block (FrameTable.Blocks.cs) and are handed out again first; runs of other lengths come from above the watermark only.
/// </summary>
internal static unsafe partial class FrameTable
{
    /// <summary>More regions are left unused.</summary>
    internal const int MaxRegions = 64;

    /// <summary>A link has 24 bits: 64 GiB of frames. Memory from there on is not used.</summary>
    internal const ulong Limit = (ulong)LinkMask << PageSize.Shift;

    private struct Entry
    {
        public uint References;
        public uint Link; // the state in the top byte; below it the next free frame's number or, of a frame in use, how often it is mapped
    }

    private const uint LinkMask = 0x00ff_ffff;

    private struct Region
    {
        public uint Next;
        public uint End;
    }

    [System.Runtime.CompilerServices.InlineArray(MaxRegions)]
    private struct Regions
    {
        private Region _first;
    }

    private static Entry* s_entries;
    private static uint s_frameCount;
    private static Regions s_regions;
    private static int s_regionCount;
    private static ulong s_freeListed;
    private static ulong s_fresh;
    private static ulong s_total;
    private static ulong s_heapReserve;

    /// <summary>Frames that can still be handed out.</summary>
    internal static ulong AvailableFrames => s_freeListed + s_fresh;

    /// <summary>Frames of usable RAM at start, without the kernel's image and this table.</summary>
    internal static ulong TotalFrames => s_total;

    /// <summary>Places the table at <paramref name="table"/>, able to describe frames below <paramref name="frameCount"/>.</summary>
    internal static void Initialize(PhysAddr table, uint frameCount)
    {
        s_frameCount = Math.Min(frameCount, LinkMask);
        s_entries = (Entry*)PhysicalMemory.Window(table);
        s_regionCount = 0;
        InitializeBlocks();
        s_freeListed = s_fresh = s_total = s_heapReserve = 0;
    }

    internal static ulong TableBytes(uint frameCount) => ((ulong)frameCount * (ulong)sizeof(Entry)) + BlockBytes(frameCount);

    /// <summary>Adds usable RAM, in frame numbers. Frame 0 is never usable, so that a zero <see cref="Frame"/> is inert.</summary>
    internal static void AddRegion(uint first, uint end)
    {
        first = Math.Max(first, 1);
        end = Math.Min(end, s_frameCount);
        if (first >= end || s_regionCount == MaxRegions)
        {
            return;
        }

        s_regions[s_regionCount].Next = first;
        s_regions[s_regionCount].End = end;
        s_regionCount++;
        s_fresh += end - first;
        s_total += end - first;
    }

    /// <summary>Keeps the last frames for the kernel's heap: <see cref="Take"/> does not give them away.</summary>
    internal static void ReserveForHeap(ulong frames) => s_heapReserve = frames;

    /// <summary>Takes one frame with one reference. Zero when memory is exhausted.</summary>
    internal static uint Take(FrameState state) => s_freeListed + s_fresh <= s_heapReserve ? 0 : TakeLast(state);

    /// <summary><see cref="Take"/> from what is kept for the heap too.</summary>
    internal static uint TakeLast(FrameState state)
    {
        uint number = PopFree();
        if (number == 0)
        {
            return TakeRun(1, 1, state);
        }

        // SAFETY: the lists hold only numbers below the watermarks, whose entries exist.
        unsafe
        {
            s_entries[number] = new Entry { References = 1, Link = (uint)state << 24 };
        }

        return number;
    }

    /// <summary>Takes a run of frames, aligned to a multiple of <paramref name="align"/> frames (a power of two). Zero when there is none.</summary>
    internal static uint TakeRun(uint count, uint align, FrameState state)
    {
        // The region last added is searched first: of real machines, the lowest memory.
        for (int i = s_regionCount - 1; i >= 0; i--)
        {
            ref Region region = ref s_regions[i];
            uint start = (region.Next + align - 1) & ~(align - 1);
            if (start < region.Next || start > region.End || region.End - start < count)
            {
                continue;
            }

            for (uint skipped = region.Next; skipped < start; skipped++)
            {
                PushFree(skipped);
            }

            s_fresh -= start - region.Next + count;
            region.Next = start + count;
            for (uint n = start; n < region.Next; n++)
            {
                // SAFETY: n lies in an added region, below the table's frame count.
                unsafe
                {
                    s_entries[n] = new Entry { References = 1, Link = (uint)state << 24 };
                }
            }

            return start;
        }

        return 0;
    }

    /// <summary>Describes frames that are not RAM of ours to give: the boot module.</summary>
    internal static void MarkBootModule(uint first, uint end)
    {
        for (uint n = first; n < end && n < s_frameCount; n++)
        {
            // SAFETY: n is below the table's frame count.
            unsafe
            {
                s_entries[n] = new Entry { References = 1, Link = (uint)FrameState.BootModule << 24 };
            }
        }
    }

    internal static FrameState StateOf(uint number) => unchecked((FrameState)(Checked(number).Link >> 24));

    /// <summary>References that are held on a frame, those of page tables included.</summary>
    internal static uint ReferencesOf(uint number)
    {
        ref Entry entry = ref Checked(number);
        return (FrameState)(entry.Link >> 24) == FrameState.Free ? 0 : entry.References + (entry.Link & LinkMask);
    }

    internal static void AddReference(uint number)
    {
        ref Entry entry = ref Checked(number);
        switch ((FrameState)(entry.Link >> 24))
        {
            case FrameState.BootModule or FrameState.Device:
                return;
            case FrameState.Free:
                throw new InvalidOperationException("A reference was taken on a frame that is free.");
            default:
                entry.References++;
                return;
        }
    }

    internal static void Release(uint number)
    {
        ref Entry entry = ref Checked(number);
        if ((FrameState)(entry.Link >> 24) is FrameState.BootModule or FrameState.Device)
        {
            return;
        }

        if (entry.References == 0)
        {
            throw new InvalidOperationException("A frame was released once too often.");
        }

        if (--entry.References == 0 && (entry.Link & LinkMask) == 0)
        {
            PushFree(number);
        }
    }

    internal static void GiveToDevices(uint number)
    {
        ref Entry entry = ref Checked(number);
        if (entry.Link >> 24 == (uint)FrameState.Device)
        {
            return;
        }

        if (entry.Link != (uint)FrameState.Untyped << 24)
        {
            throw new InvalidOperationException("Only a frame without meaning that no program sees can be a device's.");
        }

        entry.Link = (uint)FrameState.Device << 24;
    }

    /// <summary>Counts a page-table entry that maps the frame. These are counted apart: whatever safe code does with its references, a frame that a program can reach is never given
    /// to another use.</summary>
    /// <returns>
    /// False when as many entries map it as can be counted: a program that reads 64 GiB of nothing has the page of zeros that often.
    /// </returns>
    internal static bool TryAddMapping(uint number)
    {
        ref Entry entry = ref Checked(number);
        if ((FrameState)(entry.Link >> 24) == FrameState.BootModule)
        {
            return true;
        }

        if ((FrameState)(entry.Link >> 24) != FrameState.Untyped)
        {
            throw new InvalidOperationException("This frame cannot be mapped.");
        }

        if ((entry.Link & LinkMask) == LinkMask)
        {
            return false;
        }

        entry.Link++;
        return true;
    }

    internal static void ReleaseMapping(uint number)
    {
        ref Entry entry = ref Checked(number);
        if ((FrameState)(entry.Link >> 24) == FrameState.BootModule)
        {
            return;
        }

        if ((FrameState)(entry.Link >> 24) != FrameState.Untyped || (entry.Link & LinkMask) == 0)
        {
            throw new InvalidOperationException("A page was mapped that its frame does not know of.");
        }

        entry.Link--;
        if (entry.References == 0 && (entry.Link & LinkMask) == 0)
        {
            PushFree(number);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref Entry Checked(uint number)
    {
        if (number == 0 || number >= s_frameCount)
        {
            ThrowNoFrame(number);
        }

        // SAFETY: number is below the table's frame count. An entry above its region's watermark is leftover memory, but no Frame
        // carries such a number: frames come from Take, TakeRun, TakeBlock and the boot module only.
        unsafe
        {
            unchecked
            {
                return ref s_entries[number];
            }
        }
    }

    private static void ThrowNoFrame(uint number) => throw new ArgumentOutOfRangeException(nameof(number));
}
