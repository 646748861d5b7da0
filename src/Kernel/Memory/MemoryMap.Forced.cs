using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Memory;

// Access past the protection of areas: what a debugger reads and writes through /proc/PID/mem (FOLL_FORCE in Linux's mm/gup.c).
public sealed partial class MemoryMap
{
    /// <summary>Reads within one page; returns the bytes read, 0 where nothing is mapped or a file has no page.</summary>
    public int ReadForced(VirtAddr at, Span<byte> to)
    {
        int done = at.IsUser ? Space.Read(at, to) : 0;
        Area? area = done == to.Length ? null : Find(at);
        if (area == null || done != 0 || IsKernels(area))
        {
            return done;
        }

        Frame frame = PageOf(area, at.PageStart);
        if (frame.IsNone)
        {
            return 0;
        }

        frame.Read((int)(at.Value & PageBits.Mask), to);
        return to.Length;
    }

    /// <summary>Writes within one page; returns the bytes written. A private area gets a copy of the page; a shared one is only written where the program may.</summary>
    public int WriteForced(VirtAddr at, ReadOnlySpan<byte> from)
    {
        int done = at.IsUser ? Space.Write(at, from) : 0;
        Area? area = done == from.Length ? null : Find(at);
        if (area == null || done != 0 || area.IsShared || IsKernels(area) || (area.Flags & AreaFlags.Sealed) != 0)
        {
            return done;
        }

        VirtAddr page = at.PageStart;
        int offset = (int)(at.Value & PageBits.Mask);
        PageEntry entry = Space.Query(page);
        if (entry.IsPresent && entry.Frame != _zero && !entry.Frame.IsPermanent && entry.Frame.ReferenceCount == 1)
        {
            entry.Frame.Write(offset, from);
            return from.Length;
        }

        Frame old = PageOf(area, page);
        if (old.IsNone || !Frame.TryAllocate(FrameFill.Leftover, out Frame copy))
        {
            return 0;
        }

        // It stays as closed to the program as it was: only its contents change.
        copy.CopyFrom(old);
        copy.Write(offset, from);
        PageAccess access = area.Access & ~PageAccess.Write;
        FaultOutcome outcome = entry.IsPresent ? ReplaceOwned(page, copy, access) : InstallOwned(page, copy, access);
        return outcome == FaultOutcome.Resolved ? from.Length : 0;
    }

    /// <summary>Whether a page that is mapped there is the program's alone: neither its source's nor the page of zeros.</summary>
    public bool IsOwnPage(Area area, VirtAddr page, Frame frame) => frame != _zero && !frame.IsPermanent && !IsSourcePage(area, page, frame);

    /// <summary>Takes the present size of what is in memory for its peak (5 to /proc/PID/clear_refs).</summary>
    public void ForgetPeak() => _peakResidentPages = 0;

    private static bool IsKernels(Area area) => (area.Flags & (AreaFlags.Vdso | AreaFlags.Vvar)) != 0;

    /// <summary>The page that the program would find there; none when its source has none.</summary>
    private Frame PageOf(Area area, VirtAddr page)
    {
        PageEntry entry = Space.Query(page);
        if (entry.IsPresent)
        {
            return entry.Frame;
        }

        if (area.Source == null)
        {
            return _zero;
        }

        Result<Frame> found = PeekSourcePage(area, page);
        return !found.IsOk ? Frame.None : found.Value.IsNone ? _zero : found.Value;
    }
}
