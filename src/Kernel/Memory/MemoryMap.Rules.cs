using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Memory;

// What forbids a change: seals and RLIMIT_DATA; and names of anonymous memory.
public sealed partial class MemoryMap
{
    /// <summary>Whether some part of a range is sealed.</summary>
    public bool IsSealed(VirtAddr start, ulong length)
    {
        for (Area? area = _areas.FirstEndingAbove(start.Value); area != null && area.Low < start.Value + length; area = Next(area))
        {
            if ((area.Flags & AreaFlags.Sealed) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>mseal(2): a range stays as it is for good. ENOMEM, sealing nothing, where something is not mapped.</summary>
    public Errno Seal(VirtAddr start, ulong length)
    {
        if (!IsMapped(start, length))
        {
            return Errno.ENOMEM;
        }

        ForEach(start, length, (map, area, low, high) => map.SetFlag(area, low, high, AreaFlags.Sealed, isOn: true));
        return Errno.None;
    }

    /// <summary>Gives anonymous memory a label in /proc, or takes it. ENOMEM where nothing is mapped, EBADF for a file's mapping; what lies before is changed.</summary>
    public Errno Label(VirtAddr start, ulong length, byte[]? label)
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

            if (area.File != null)
            {
                return Errno.EBADF;
            }

            ulong end = Math.Min(area.High, high);
            area = Carve(area, low, end);
            area.Label = label;
            Merge(area);
            low = end;
        }

        return Errno.None;
    }

    /// <summary>Private memory that can be written, but for stacks (Linux: is_data_mapping).</summary>
    private static bool IsData(PageAccess protection, AreaFlags flags) =>
        (protection & PageAccess.Write) != 0 && (flags & (AreaFlags.Shared | AreaFlags.GrowsDown)) == 0;

    /// <summary>Linux's heuristic overcommit: private memory that could never be had is refused at once, anything else is tried.</summary>
    private bool IsHopeless(ulong more, PageAccess protection, AreaFlags flags) =>
        more > MemoryStatistics.TotalBytes && (flags & (AreaFlags.NoReserve | AreaFlags.Shared)) == 0 && (protection & PageAccess.Write) != 0 && _policy is not { AlwaysOvercommits: true };

    private bool ExceedsData(ulong more) => HeapLimit != ulong.MaxValue && MeasureMapped().Data + more > HeapLimit;

    private void ForEach(VirtAddr start, ulong length, Action<MemoryMap, Area, ulong, ulong> change)
    {
        ulong low = start.Value;
        ulong high = low + length;
        while (low < high && _areas.FirstEndingAbove(low) is { } area && area.Low < high)
        {
            ulong end = Math.Min(area.High, high);
            change(this, area, Math.Max(area.Low, low), end);
            low = end;
        }
    }
}
