using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Memory;

// Demand paging.
public sealed partial class MemoryMap
{
    /// <summary>Pages that a read of a file's page may map at once: Linux's fault_around_bytes of 64 KiB.</summary>
    private const ulong FaultAroundBytes = 64 << 10;

    /// <summary>Distance that the stack keeps from a mapping below it (Linux's stack_guard_gap).</summary>
    private const ulong StackGap = 256 * PageBits.Size;

    public override bool TryResolve(VirtAddr address, PageAccess wanted) => Fault(address, wanted) == FaultOutcome.Resolved;

    /// <summary>Makes the page of an address accessible, if the mapping there allows it.</summary>
    [AllocationFree]
    public FaultOutcome Fault(VirtAddr address, PageAccess wanted)
    {
        if (!address.IsUser)
        {
            return FaultOutcome.NotMapped;
        }

        Area? area = _last;
        if (area == null || address.Value < area.Low || address.Value >= area.High)
        {
            area = _areas.FirstEndingAbove(address.Value);
            if (area == null || (address.Value < area.Low && !TryGrow(area, address.Value)))
            {
                return FaultOutcome.NotMapped;
            }

            _last = area;
        }

        if ((wanted & ~area.Access) != 0)
        {
            return FaultOutcome.NotAllowed;
        }

        Faults++;
        VirtAddr page = address.PageStart;
        PageEntry entry = Space.Query(page);
        if (entry.IsPresent && (wanted & ~entry.Access) == 0)
        {
            return FaultOutcome.Resolved; // somebody else was faster, or a stale translation
        }

        if (area.Source == null)
        {
            return FaultAnonymous(area, page, in entry, wanted);
        }

        return area.IsShared ? FaultShared(area, page, in entry, wanted) : FaultPrivate(area, page, in entry, wanted);
    }

    /// <summary>
    /// Makes all pages of a range present, as far as mappings and memory allow (MAP_POPULATE, mlock). It ends early for a thread that
    /// is about to end. Others run meanwhile, so that areas may not be the same after it.
    /// </summary>
    public FaultOutcome Populate(VirtAddr start, ulong length, PageAccess wanted)
    {
        for (ulong offset = 0; offset < length; offset += PageBits.Size)
        {
            if (offset % LongWork.StepBytes == 0 && offset != 0 && !LongWork.IsWanted())
            {
                return FaultOutcome.Resolved;
            }

            FaultOutcome outcome = Fault(start + offset, wanted);
            if (outcome != FaultOutcome.Resolved)
            {
                return outcome;
            }
        }

        return FaultOutcome.Resolved;
    }

    private FaultOutcome FaultAnonymous(Area area, VirtAddr page, in PageEntry entry, PageAccess wanted)
    {
        if (entry.IsPresent)
        {
            return CopyOnWrite(area, page, entry.Frame);
        }

        if (wanted != PageAccess.Write)
        {
            return InstallZeros(page, area.Access & ~PageAccess.Write);
        }

        if (TryFaultHuge(area, page))
        {
            return FaultOutcome.Resolved;
        }

        return Frame.TryAllocate(FrameFill.Zero, out Frame frame) ? InstallOwned(page, frame, area.Access) : FaultOutcome.OutOfMemory;
    }

    private FaultOutcome FaultShared(Area area, VirtAddr page, in PageEntry entry, PageAccess wanted)
    {
        bool writes = wanted == PageAccess.Write;
        Result<Frame> found = FindSourcePage(area, page, writes);
        if (!found.IsOk)
        {
            return found.Error == Errno.ENOMEM ? FaultOutcome.OutOfMemory : FaultOutcome.NoPage;
        }

        if (writes)
        {
            area.File?.Inode.MarkWritten();
        }

        // Mapped for reading only until it is written: only then must the source give a frame that may change.
        PageAccess access = writes ? area.Access : area.Access & ~PageAccess.Write;
        if (!entry.IsPresent)
        {
            return Install(page, found.Value, access);
        }

        if (entry.Frame == found.Value)
        {
            Space.Protect(page, PageBits.Size, access, keepReadOnly: false);
        }
        else
        {
            Space.Replace(page, found.Value, access);
        }

        return FaultOutcome.Resolved;
    }

    private FaultOutcome FaultPrivate(Area area, VirtAddr page, in PageEntry entry, PageAccess wanted)
    {
        if (entry.IsPresent)
        {
            return CopyOnWrite(area, page, entry.Frame);
        }

        Result<Frame> found = PeekSourcePage(area, page);
        if (!found.IsOk)
        {
            return found.Error == Errno.ENOMEM ? FaultOutcome.OutOfMemory : FaultOutcome.NoPage;
        }

        Frame frame = found.Value;
        if (wanted == PageAccess.Write)
        {
            return InstallCopy(page, frame.IsNone ? _zero : frame, area.Access);
        }

        PageAccess access = area.Access & ~PageAccess.Write;
        FaultOutcome outcome = frame.IsNone ? InstallZeros(page, access) : Install(page, frame, access);
        if (outcome == FaultOutcome.Resolved)
        {
            FaultAround(area, page.Value);
        }

        return outcome;
    }

    /// <summary>Maps the pages around one that was just mapped for reading: programs run through their code and tables.</summary>
    private void FaultAround(Area area, ulong page)
    {
        ulong window = page & ~(FaultAroundBytes - 1);
        ulong low = Math.Max(area.Low, window);
        ulong high = Math.Min(area.High, window + FaultAroundBytes);
        for (ulong at = low; at < high; at += PageBits.Size)
        {
            VirtAddr neighbour = new(at);
            if (at == page || Space.Query(neighbour).IsPresent)
            {
                continue;
            }

            Result<Frame> found = PeekSourcePage(area, neighbour);
            if (!found.IsOk || found.Value.IsNone || Install(neighbour, found.Value, area.Access & ~PageAccess.Write) != FaultOutcome.Resolved)
            {
                return;
            }
        }
    }

    /// <summary>A write to a page that is mapped for reading only, in a private area: the frame if it is ours alone, else a copy.</summary>
    private FaultOutcome CopyOnWrite(Area area, VirtAddr page, Frame frame)
    {
        if (frame == _zero)
        {
            return Frame.TryAllocate(FrameFill.Zero, out Frame zeroed) ? ReplaceOwned(page, zeroed, area.Access) : FaultOutcome.OutOfMemory;
        }

        if (!frame.IsPermanent && frame.ReferenceCount == 1)
        {
            Space.Protect(page, PageBits.Size, area.Access, keepReadOnly: false);
            return FaultOutcome.Resolved;
        }

        if (!Frame.TryAllocate(FrameFill.Leftover, out Frame copy))
        {
            return FaultOutcome.OutOfMemory;
        }

        copy.CopyFrom(frame);
        return ReplaceOwned(page, copy, area.Access);
    }

    private static Result<Frame> FindSourcePage(Area area, VirtAddr page, bool forWriting)
    {
        ulong index = area.SourcePageAt(page.Value);
        if (index >= PageBits.Up(area.Source!.Length) >> PageBits.Shift)
        {
            return Errno.ENXIO;
        }

        return area.Source.TryGetPage(index, forWriting);
    }

    private static Result<Frame> PeekSourcePage(Area area, VirtAddr page)
    {
        ulong index = area.SourcePageAt(page.Value);
        return index >= PageBits.Up(area.Source!.Length) >> PageBits.Shift ? Errno.ENXIO : area.Source.Peek(index);
    }

    private FaultOutcome InstallCopy(VirtAddr page, Frame source, PageAccess access)
    {
        if (!Frame.TryAllocate(FrameFill.Leftover, out Frame copy))
        {
            return FaultOutcome.OutOfMemory;
        }

        copy.CopyFrom(source);
        return InstallOwned(page, copy, access);
    }

    private FaultOutcome Install(VirtAddr page, Frame frame, PageAccess access) =>
        Space.TryMap(page, frame, access) ? FaultOutcome.Resolved : FaultOutcome.OutOfMemory;

    /// <summary>Maps the page of zeros that all share; one of its own where that one is mapped as often as can be counted.</summary>
    private FaultOutcome InstallZeros(VirtAddr page, PageAccess access) =>
        Space.TryMap(page, _zero, access) ? FaultOutcome.Resolved
        : Frame.TryAllocate(FrameFill.Zero, out Frame own) ? InstallOwned(page, own, access)
        : FaultOutcome.OutOfMemory;

    /// <summary>Maps a fresh frame; the page table takes over the caller's reference.</summary>
    private FaultOutcome InstallOwned(VirtAddr page, Frame frame, PageAccess access)
    {
        FaultOutcome outcome = Install(page, frame, access);
        frame.Release();
        return outcome;
    }

    private FaultOutcome ReplaceOwned(VirtAddr page, Frame frame, PageAccess access)
    {
        Space.Replace(page, frame, access);
        frame.Release();
        return FaultOutcome.Resolved;
    }

    /// <summary>An access below an area that grows downwards extends it, within the stack limit and away from what lies below.</summary>
    private bool TryGrow(Area area, ulong address)
    {
        ulong low = PageBits.Down(address);
        if ((area.Flags & AreaFlags.GrowsDown) == 0 || area.High - low > StackLimit || low < LowestAddress || Size + (area.Low - low) > SizeLimit)
        {
            return false;
        }

        Area? below = _areas.LastStartingBelow(area.Low);
        if (below != null && below.High + StackGap > low && below.Protection != PageAccess.None)
        {
            return false;
        }

        if (below != null && below.High > low)
        {
            return false;
        }

        Resize(area, low, area.High);
        return true;
    }
}
