using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Memory;

// Locked memory: mlock(2), mlockall(2), munlock(2). Nothing is ever paged out, so a lock means that pages are there, are counted, and are not given up by advice.
public sealed partial class MemoryMap
{
    private const AreaFlags LockMask = AreaFlags.Locked | AreaFlags.LockedOnFault;

    // The kernel's own pages for programs have no lock (VM_SPECIAL).
    private const AreaFlags NeverLocked = AreaFlags.Vdso | AreaFlags.Vvar;

    /// <summary>mlockall(2) with MCL_FUTURE: the lock that new mappings get.</summary>
    public AreaFlags FutureFlags { get; set; }

    /// <summary>
    /// Gives what is mapped in a range a lock: <see cref="AreaFlags.Locked"/>, with <see cref="AreaFlags.LockedOnFault"/> or without, or none. ENOMEM where nothing is mapped; what lies before is
    /// changed.
    /// </summary>
    public Errno SetLock(VirtAddr start, ulong length, AreaFlags wanted)
    {
        ulong low = start.Value;
        ulong high = unchecked(low + length);
        while (low < high)
        {
            Area? area = _areas.FirstEndingAbove(low);
            if (area == null || area.Low > low)
            {
                return Errno.ENOMEM;
            }

            ulong end = Math.Min(area.High, high);
            SetLock(area, low, end, wanted);
            low = end;
        }

        return Errno.None;
    }

    /// <summary>mlockall(2) and munlockall(2): all areas there are.</summary>
    public void LockAll(AreaFlags wanted)
    {
        for (Area? area = First; area != null; area = _areas.FirstEndingAbove(area.High))
        {
            SetLock(area, area.Low, area.High, wanted);
        }
    }

    /// <summary>
    /// Makes the locked pages of a range present. EAGAIN without memory, ENOMEM for pages that cannot be had: not accessible, past the end of their file
    /// (__mlock_posix_error_return in Linux). Pages after those are not tried.
    /// </summary>
    public Errno PopulateLocked(VirtAddr start, ulong length)
    {
        ulong low = start.Value;
        ulong high = low + length;
        while (low < high && _areas.FirstEndingAbove(low) is { } area && area.Low < high)
        {
            ulong from = Math.Max(area.Low, low);
            ulong end = Math.Min(area.High, high);
            Errno error = PopulateLocked(area, from, end);
            if (error != Errno.None)
            {
                return error;
            }

            low = end;
        }

        return Errno.None;
    }

    /// <summary>The same for all areas, past those that cannot be had.</summary>
    public void PopulateAllLocked()
    {
        ulong end;
        for (Area? area = First; area != null; area = _areas.FirstEndingAbove(end))
        {
            end = area.High;
            if (PopulateLocked(area, area.Low, end) == Errno.EAGAIN)
            {
                return;
            }
        }
    }

    /// <summary>Bytes in areas that are locked.</summary>
    public ulong MeasureLocked() => MeasureLocked(default, VirtAddr.UserEnd.Value);

    /// <summary>Bytes of a range in areas that are locked.</summary>
    public ulong MeasureLocked(VirtAddr start, ulong length)
    {
        ulong locked = 0;
        ulong high = start.Value + length;
        for (Area? area = _areas.FirstEndingAbove(start.Value); area != null && area.Low < high; area = Next(area))
        {
            locked += (area.Flags & AreaFlags.Locked) != 0 ? Math.Min(area.High, high) - Math.Max(area.Low, start.Value) : 0;
        }

        return locked;
    }

    private void SetLock(Area area, ulong low, ulong high, AreaFlags wanted)
    {
        if ((area.Flags & NeverLocked) == 0)
        {
            SetFlags(area, low, high, wanted, LockMask & ~wanted);
        }
    }

    private Errno PopulateLocked(Area area, ulong low, ulong high)
    {
        if ((area.Flags & LockMask) != AreaFlags.Locked)
        {
            return Errno.None;
        }

        if (area.Protection == PageAccess.None)
        {
            return Errno.ENOMEM;
        }

        // A private page that may be written is broken from what it is a copy of at once.
        bool writes = (area.Protection & PageAccess.Write) != 0 && !area.IsShared;
        return Populate(new VirtAddr(low), high - low, writes ? PageAccess.Write : PageAccess.Read) switch
        {
            FaultOutcome.Resolved => Errno.None,
            FaultOutcome.OutOfMemory => Errno.EAGAIN,
            _ => Errno.ENOMEM,
        };
    }
}
