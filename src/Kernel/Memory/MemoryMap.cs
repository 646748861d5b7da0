using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Memory;

/// <summary>
/// A process's mappings: what each range of its address space is, whether a page of it is present or not. Pages come when they are touched. The page tables
/// are the only record of private pages: a frame in them that nobody else holds belongs to this map.
/// </summary>
public sealed partial class MemoryMap : PageFaultHandler
{
    /// <summary>No mapping goes below this address (vm.mmap_min_addr).</summary>
    public const ulong LowestAddress = 0x10000;

    /// <summary>vm.max_map_count.</summary>
    public const int MaxAreas = 65530;

    private readonly AreaTree _areas = new();
    private readonly Frame _zero;
    private Area? _last;
    private Area? _spare;
    private ulong _peakResidentPages;

    private MemoryMap(Frame zero, MemoryPolicy? policy)
    {
        _zero = zero;
        _policy = policy;
    }

    /// <summary>The page tables that follow this map.</summary>
    public AddressSpace Space { get; private set; } = null!;

    /// <summary>New mappings are placed below this address, downwards.</summary>
    public VirtAddr MapTop { get; set; } = new(0x7fff_f000_0000);

    /// <summary>RLIMIT_AS: bytes that may be mapped.</summary>
    public ulong SizeLimit { get; set; } = ulong.MaxValue;

    /// <summary>RLIMIT_STACK: how large areas that grow downwards may become.</summary>
    public ulong StackLimit { get; set; } = 8 << 20;

    /// <summary>Bytes mapped now.</summary>
    public ulong Size { get; private set; }

    /// <summary>The most bytes that were ever mapped.</summary>
    public ulong PeakSize { get; private set; }

    /// <summary>Page faults that were resolved.</summary>
    public ulong Faults { get; private set; }

    /// <summary>Pages that are in memory: the count behind <see cref="MeasureResident()"/>, for who asks often. The kernel's own pages for programs are among them.</summary>
    public ulong ResidentPages => Space.ResidentPages == 0 ? 0 : Space.ResidentPages - (ulong)(_zero.ReferenceCount - 1); // one reference is this map's own

    /// <summary>The most pages that were in memory at once, as far as it was looked at.</summary>
    public ulong PeakResidentPages
    {
        get
        {
            _peakResidentPages = Math.Max(_peakResidentPages, ResidentPages);
            return _peakResidentPages;
        }
    }

    /// <summary>How many areas there are.</summary>
    public int Count => _areas.Count;

    /// <summary>The area with the lowest address, or null; with <see cref="Next"/> it walks the map.</summary>
    public Area? First => _areas.FirstEndingAbove(0);

    /// <summary>An empty map, without huge pages unless there is a policy for them. ENOMEM.</summary>
    public static Result<MemoryMap> Create(MemoryPolicy? policy = null)
    {
        if (!Frame.TryAllocate(FrameFill.Zero, out Frame zero))
        {
            return Errno.ENOMEM;
        }

        MemoryMap map = new(zero, policy);
        if (!AddressSpace.TryCreate(map, out AddressSpace? space))
        {
            zero.Release();
            return Errno.ENOMEM;
        }

        map.Space = space!;
        return map;
    }

    /// <summary>The area behind another one.</summary>
    public Area? Next(Area area) => _areas.FirstEndingAbove(area.High);

    /// <summary>The area that an address lies in, or else the next one above it; null when there is none.</summary>
    public Area? FindFrom(VirtAddr address) => _areas.FirstEndingAbove(address.Value);

    /// <summary>The area that an address lies in, or null.</summary>
    public Area? Find(VirtAddr address)
    {
        Area? area = _last;
        if (area != null && address.Value >= area.Low && address.Value < area.High)
        {
            return area;
        }

        area = _areas.FirstEndingAbove(address.Value);
        if (area == null || area.Low > address.Value)
        {
            return null;
        }

        _last = area;
        return area;
    }

    /// <summary>Unmaps everything: the process ends or gets another program.</summary>
    public void Clear()
    {
        Area? area;
        while ((area = First) != null)
        {
            Drop(area);
        }

        Space.Unmap(default, VirtAddr.UserEnd.Value);
        Size = 0;
        _break = 0;
        _breakStart = 0;
    }

    /// <summary>Gives the page tables back after <see cref="Clear"/>. The map is unusable afterwards.</summary>
    public void Release()
    {
        Clear();
        Space.Release();
        _zero.Release();
    }

    private Area Take()
    {
        // Areas are used again: programs that map and unmap all the time must not grow the kernel's heap.
        Area? area = _spare;
        if (area == null)
        {
            return new Area();
        }

        _spare = area.Right;
        area.Right = null;
        return area;
    }

    private void Add(Area area)
    {
        area.File?.AddReference();
        (area.Source as SharedMemory)?.AddReference();
        if (area.MayWriteSource)
        {
            area.Source!.AddWritableMapping();
        }

        _areas.Insert(area);
        Size += area.Length;
        PeakSize = Math.Max(PeakSize, Size);
    }

    private void Drop(Area area)
    {
        _areas.Remove(area);
        Size -= area.Length;
        if (area.MayWriteSource)
        {
            area.Source!.RemoveWritableMapping();
        }

        area.File?.Release();
        (area.Source as SharedMemory)?.Release();
        area.File = null;
        area.Source = null;
        area.Label = null;
        if (_last == area)
        {
            _last = null;
        }

        area.Right = _spare;
        _spare = area;
    }

    /// <summary>Moves an area's limits; the tree is ordered by them.</summary>
    private void Resize(Area area, ulong low, ulong high)
    {
        _areas.Remove(area);
        if (low > area.Low && area.Source != null)
        {
            area.SourcePage = area.SourcePageAt(low);
        }

        Size = unchecked(Size + (high - low) - area.Length);
        area.Low = low;
        area.High = high;
        _areas.Insert(area);
        PeakSize = Math.Max(PeakSize, Size);
    }

    /// <summary>Makes an address the border of two areas. The area is the lower part afterwards; the upper one is returned.</summary>
    private Area Split(Area area, ulong at)
    {
        Area upper = Take();
        upper.CopyFrom(area);
        upper.Low = at;
        upper.SourcePage = area.Source == null ? 0 : area.SourcePageAt(at);
        Resize(area, area.Low, at);
        Add(upper);
        return upper;
    }

    /// <summary>Joins an area with its neighbours where they are alike.</summary>
    private Area Merge(Area area)
    {
        Area? lower = _areas.LastStartingBelow(area.Low);
        if (lower != null && area.Continues(lower))
        {
            ulong high = area.High;
            Drop(area);
            Resize(lower, lower.Low, high);
            area = lower;
        }

        Area? upper = _areas.FirstEndingAbove(area.High);
        if (upper != null && upper.Continues(area))
        {
            ulong high = upper.High;
            Drop(upper);
            Resize(area, area.Low, high);
        }

        return area;
    }
}
