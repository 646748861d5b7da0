using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Memory;

// madvise(2), mincore(2).
public sealed partial class MemoryMap
{
    /// <summary>Does what can be done about a piece of advice. ENOMEM where nothing is mapped (the rest is done), EINVAL for what does not fit the mapping.</summary>
    public Errno Advise(VirtAddr start, ulong length, MemoryAdvice advice)
    {
        ulong low = start.Value;
        ulong high = unchecked(low + length);
        Errno outcome = Errno.None;
        while (low < high)
        {
            Area? area = _areas.FirstEndingAbove(low);
            if (area == null || area.Low >= high)
            {
                return Errno.ENOMEM;
            }

            if (area.Low > low && advice is MemoryAdvice.PopulateRead or MemoryAdvice.PopulateWrite)
            {
                return Errno.ENOMEM;
            }

            if (area.Low > low)
            {
                outcome = Errno.ENOMEM;
                low = area.Low;
            }

            ulong end = Math.Min(area.High, high);
            Errno error = Advise(area, low, end, advice);
            if (error != Errno.None)
            {
                return error;
            }

            low = end;
        }

        return outcome;
    }

    /// <summary>Writes 1 or 0 per page: whether touching it needs no work beyond a page table entry (mincore(2)). ENOMEM where nothing is mapped.</summary>
    public Errno DescribeResidence(VirtAddr start, Span<byte> pages)
    {
        ulong at = start.Value;
        ulong high = at + ((ulong)pages.Length << PageBits.Shift);
        while (at < high)
        {
            Area? area = Find(new VirtAddr(at));
            if (area == null)
            {
                return Errno.ENOMEM;
            }

            ulong end = Math.Min(area.High, high);
            Span<byte> part = pages.Slice((int)((at - start.Value) >> PageBits.Shift), (int)((end - at) >> PageBits.Shift));
            if (area.Source != null)
            {
                part.Fill(1);
            }
            else
            {
                part.Clear();
                VirtAddr last = new(end);
                for (VirtAddr from = new(at); Space.TryFindMapped(from, last, out VirtAddr page, out PageEntry entry); from = page + PageBits.Size)
                {
                    part[(int)((page.Value - at) >> PageBits.Shift)] = (byte)(entry.IsPresent ? 1 : 0);
                }
            }

            at = end;
        }

        return Errno.None;
    }

    /// <summary>Whether a value of madvise(2) means something.</summary>
    public static bool IsAdvice(MemoryAdvice advice) => advice is (>= MemoryAdvice.Normal and <= MemoryAdvice.DontNeed) or (>= MemoryAdvice.Free and <= MemoryAdvice.Collapse);

    private Errno Advise(Area area, ulong low, ulong high, MemoryAdvice advice)
    {
        bool discards = advice is MemoryAdvice.DontNeed or MemoryAdvice.DontNeedLocked or MemoryAdvice.Free or MemoryAdvice.Remove or MemoryAdvice.DontFork or MemoryAdvice.WipeOnFork;
        if (discards && (area.Flags & AreaFlags.Sealed) != 0 && !area.IsShared && (area.Protection & PageAccess.Write) == 0)
        {
            return Errno.EPERM;
        }

        switch (advice)
        {
            case MemoryAdvice.DontNeed:
            case MemoryAdvice.DontNeedLocked:
                if ((area.Flags & AreaFlags.Locked) != 0 && advice == MemoryAdvice.DontNeed)
                {
                    return Errno.EINVAL;
                }

                Space.Unmap(new VirtAddr(low), high - low);
                return Errno.None;
            case MemoryAdvice.Free:
                if (area.Source != null)
                {
                    return Errno.EINVAL;
                }

                Space.Unmap(new VirtAddr(low), high - low);
                return Errno.None;
            case MemoryAdvice.PopulateRead:
            case MemoryAdvice.PopulateWrite:
                PageAccess wanted = advice == MemoryAdvice.PopulateWrite ? PageAccess.Write : PageAccess.Read;
                return Populate(new VirtAddr(low), high - low, wanted) switch
                {
                    FaultOutcome.Resolved => Errno.None,
                    FaultOutcome.NoPage => Errno.EFAULT,
                    FaultOutcome.OutOfMemory => Errno.ENOMEM,
                    _ => Errno.EINVAL,
                };
            case MemoryAdvice.DontFork:
            case MemoryAdvice.DoFork:
                SetFlag(area, low, high, AreaFlags.DontFork, advice == MemoryAdvice.DontFork);
                return Errno.None;
            case MemoryAdvice.WipeOnFork:
            case MemoryAdvice.KeepOnFork:
                if (area.Source != null && advice == MemoryAdvice.WipeOnFork)
                {
                    return Errno.EINVAL;
                }

                SetFlag(area, low, high, AreaFlags.WipeOnFork, advice == MemoryAdvice.WipeOnFork);
                return Errno.None;
            case MemoryAdvice.DontDump:
            case MemoryAdvice.DoDump:
                SetFlag(area, low, high, AreaFlags.DontDump, advice == MemoryAdvice.DontDump);
                return Errno.None;
            case MemoryAdvice.HugePage:
            case MemoryAdvice.NoHugePage:
                bool isWanted = advice == MemoryAdvice.HugePage;
                SetFlags(area, low, high, isWanted ? AreaFlags.HugePage : AreaFlags.NoHugePage, isWanted ? AreaFlags.NoHugePage : AreaFlags.HugePage);
                return Errno.None;
            case MemoryAdvice.Remove:
                return Remove(area, low, high);
            case MemoryAdvice.Normal:
            case MemoryAdvice.Random:
            case MemoryAdvice.Sequential:
            case MemoryAdvice.WillNeed:
            case MemoryAdvice.Mergeable:
            case MemoryAdvice.Unmergeable:
                return Errno.None;
            case MemoryAdvice.Cold:
            case MemoryAdvice.PageOut:
                return (area.Flags & AreaFlags.Locked) != 0 ? Errno.EINVAL : Errno.None;
            case MemoryAdvice.Collapse:
                return IsHugePageEligible(area) ? Errno.None : Errno.EINVAL;
            default:
                return Errno.EINVAL;
        }
    }

    private void SetFlag(Area area, ulong low, ulong high, AreaFlags flag, bool isOn) =>
        SetFlags(area, low, high, isOn ? flag : AreaFlags.None, isOn ? AreaFlags.None : flag);

    private void SetFlags(Area area, ulong low, ulong high, AreaFlags added, AreaFlags removed)
    {
        AreaFlags flags = (area.Flags & ~removed) | added;
        if (flags == area.Flags)
        {
            return;
        }

        area = Carve(area, low, high);
        area.Flags = flags;
        Merge(area);
    }
}
