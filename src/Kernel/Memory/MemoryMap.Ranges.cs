using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Memory;

// mmap, munmap, mprotect: addresses and lengths are checked by the callers as the calls want it; here they are page-aligned and inside the program's half.
public sealed partial class MemoryMap
{
    /// <summary>Where MAP_32BIT looks without a hint (find_start_end in Linux's arch/x86).</summary>
    private const ulong LowStart = 0x4000_0000;
    private const ulong LowEnd = 0x8000_0000;

    /// <summary>
    /// Maps a range as <paramref name="request"/> says. Errors: ENOMEM (no room, limits), EEXIST (MAP_FIXED_NOREPLACE on something), EPERM (below the lowest
    /// address), EINVAL.
    /// </summary>
    public Result<VirtAddr> Map(in MapRequest request)
    {
        ulong length = PageBits.Up(request.Length);
        if (request.Length == 0)
        {
            return Errno.EINVAL;
        }

        if (length == 0 || length > VirtAddr.UserEnd.Value || Count >= MaxAreas)
        {
            return Errno.ENOMEM;
        }

        if (unchecked(Size + length) > SizeLimit || (IsData(request.Protection, request.Flags) && ExceedsData(length)) || IsHopeless(length, request.Protection, request.Flags))
        {
            return Errno.ENOMEM;
        }

        Result<ulong> place = Place(in request, length);
        if (!place.IsOk)
        {
            return place.Error;
        }

        Area area = Take();
        area.Low = place.Value;
        area.High = place.Value + length;
        area.Protection = request.Protection;
        area.Flags = request.Flags;
        area.Source = request.Source;
        area.SourcePage = request.SourcePage;
        area.File = request.File;
        area.TriedPages = 0;
        Add(area);
        if ((request.Flags & AreaFlags.GrowsDown) == 0)
        {
            Merge(area);
        }

        return new VirtAddr(place.Value);
    }

    /// <summary>Unmaps whatever lies in a range.</summary>
    public void Unmap(VirtAddr start, ulong length)
    {
        ulong low = start.Value;
        ulong high = low + length;
        Area? area = _areas.FirstEndingAbove(low);
        if (area == null || area.Low >= high)
        {
            return;
        }

        while (area != null && area.Low < high)
        {
            if (area.Low < low)
            {
                area = Split(area, low);
            }

            if (area.High > high)
            {
                Split(area, high);
            }

            ulong end = area.High;
            Drop(area);
            area = _areas.FirstEndingAbove(end);
        }

        Space.Unmap(start, length);
    }

    /// <summary>
    /// Gives a range another protection. ENOMEM where nothing is mapped (what lies before it is changed) or beyond RLIMIT_DATA, EACCES for writing a shared file that was opened for reading,
    /// EPERM where it is sealed.
    /// </summary>
    public Errno Protect(VirtAddr start, ulong length, PageAccess protection)
    {
        ulong low = start.Value;
        ulong high = low + length;
        while (low < high)
        {
            Area? area = _areas.FirstEndingAbove(low);
            if (area == null || area.Low > low)
            {
                return Errno.ENOMEM;
            }

            if ((protection & PageAccess.Write) != 0 && (area.Flags & AreaFlags.NeverWritable) != 0)
            {
                return Errno.EACCES;
            }

            if ((area.Flags & AreaFlags.Sealed) != 0)
            {
                return Errno.EPERM;
            }

            ulong end = Math.Min(area.High, high);
            bool becomesData = !IsData(area.Protection, area.Flags) && IsData(protection, area.Flags) && ExceedsData(end - low);
            if (becomesData || ((area.Protection & PageAccess.Write) == 0 && IsHopeless(end - low, protection, area.Flags)))
            {
                return Errno.ENOMEM;
            }

            if (area.Protection != protection)
            {
                area = Carve(area, low, end);
                area.Protection = protection;

                // A shared page becomes writable by a fault of its own, which moves the file's times.
                Space.Protect(new VirtAddr(low), end - low, area.IsShared ? area.Access & ~PageAccess.Write : area.Access, keepReadOnly: true);
                area = Merge(area);
                if ((area.Flags & LockMask) == AreaFlags.Locked && IsData(protection, area.Flags))
                {
                    _ = PopulateLocked(area, low, end); // what cannot be had now comes, or not, when it is touched
                }
            }

            low = end;
        }

        return Errno.None;
    }

    /// <summary>Whether every page of a range belongs to some area.</summary>
    public bool IsMapped(VirtAddr start, ulong length)
    {
        ulong low = start.Value;
        while (low < start.Value + length)
        {
            Area? area = _areas.FirstEndingAbove(low);
            if (area == null || area.Low > low)
            {
                return false;
            }

            low = area.High;
        }

        return true;
    }

    /// <summary>Whether nothing is mapped in a range.</summary>
    public bool IsFree(VirtAddr start, ulong length) => _areas.IsFree(start.Value, start.Value + length);

    /// <summary>Whether a range is mapped throughout, by an area and by others that show the same source in the same way.</summary>
    public bool IsAlike(Area first, VirtAddr start, ulong length)
    {
        for (ulong low = start.Value; low < start.Value + length;)
        {
            Area? area = _areas.FirstEndingAbove(low);
            if (area == null || area.Low > low || area.Source != first.Source || area.File != first.File || area.Flags != first.Flags)
            {
                return false;
            }

            low = area.High;
        }

        return true;
    }

    /// <summary>Splits until one area covers exactly this part of <paramref name="area"/>.</summary>
    private Area Carve(Area area, ulong low, ulong high)
    {
        if (area.Low < low)
        {
            area = Split(area, low);
        }

        if (area.High > high)
        {
            Split(area, high);
        }

        return area;
    }

    private Result<ulong> Place(in MapRequest request, ulong length)
    {
        ulong hint = request.Address.Value;
        if (request.Placement is MapPlacement.Fixed or MapPlacement.FixedNoReplace)
        {
            if (!request.Address.IsPageAligned)
            {
                return Errno.EINVAL;
            }

            if (!VirtAddr.IsUserRange(request.Address, length))
            {
                return Errno.ENOMEM;
            }

            if (hint < LowestAddress)
            {
                return Errno.EPERM;
            }

            if (request.Placement == MapPlacement.FixedNoReplace)
            {
                return _areas.IsFree(hint, hint + length) ? hint : Errno.EEXIST;
            }

            if (IsSealed(request.Address, length))
            {
                return Errno.EPERM;
            }

            Unmap(request.Address, length);
            return hint;
        }

        // round_hint_to_min: within the first page it is none, below the lowest address it means that.
        hint = PageBits.Down(hint);
        hint = hint != 0 ? Math.Max(hint, LowestAddress) : 0;
        bool isLow = request.Placement == MapPlacement.Low;
        ulong end = isLow ? LowEnd : VirtAddr.UserEnd.Value;
        if (hint != 0 && length <= end && hint <= end - length && _areas.IsFree(hint, hint + length))
        {
            return hint;
        }

        ulong found = isLow ? _areas.FindGapUp(length, LowStart, LowEnd) : FindFree(length);
        return found != 0 ? found : Errno.ENOMEM;
    }

    /// <summary>The highest free range below <see cref="MapTop"/>, or else the lowest above it; zero when there is none.</summary>
    private ulong FindFree(ulong length)
    {
        ulong found = _areas.FindGapDown(length, LowestAddress, MapTop.Value);
        return found != 0 ? found : _areas.FindGapUp(length, LowestAddress, VirtAddr.UserEnd.Value);
    }
}
