using Mote.Machine;

namespace Mote.Kernel.Memory;

// Transparent huge pages: 2 MiB of private anonymous memory at once, where an area is large enough. The machine layer splits them when a part is unmapped, protected or moved.
public sealed partial class MemoryMap
{
    private const ulong HugeBytes = PageSize.HugeBytes;

    /// <summary>
    /// Small pages that an area takes before it gets huge ones unasked. Clearing 2 MiB costs as much as a hundred faults: an area of which a few pages are touched, as by a program that starts,
    /// shall not pay that; one that is used throughout soon has proved it.
    /// </summary>
    private const int TriedPages = 16;

    private readonly MemoryPolicy? _policy;

    /// <summary>PR_SET_THP_DISABLE.</summary>
    public bool IsHugePagesOff { get; set; }

    /// <summary>Whether an area may have huge pages at all, memory aside (THPeligible in proc_pid_smaps(5)).</summary>
    public bool IsHugePageEligible(Area area) =>
        _policy != null && !IsHugePagesOff && area.Source == null && (area.Flags & (AreaFlags.NoHugePage | AreaFlags.GrowsDown)) == 0
        && (_policy.HugePages == HugePageMode.Always || (_policy.HugePages == HugePageMode.Advised && (area.Flags & AreaFlags.HugePage) != 0))
        && HugeStart(area.Low + HugeBytes - 1) + HugeBytes <= area.High;

    /// <summary>Whether a write to an absent page was answered with a huge one.</summary>
    private bool TryFaultHuge(Area area, VirtAddr page)
    {
        ulong start = HugeStart(page.Value);
        if (start < area.Low || area.High - start < HugeBytes || !IsHugePageEligible(area))
        {
            return false;
        }

        if ((area.Flags & AreaFlags.HugePage) == 0 && area.TriedPages < TriedPages)
        {
            area.TriedPages++;
            return false;
        }

        return MemoryPolicy.IsMemoryPlenty && Space.IsHugePlaceFree(page) && Space.TryMapHuge(new VirtAddr(start), area.Access);
    }

    private static ulong HugeStart(ulong address) => address & ~(HugeBytes - 1);
}
