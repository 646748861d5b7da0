using System.Collections.Generic;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>The memory that devices share with the kernel, and how much of it there is. Nothing is ever given back: a device that was given up may write late.</summary>
public sealed class DmaMemory
{
    private readonly List<DmaRegion> _regions = [];
    private readonly List<DmaTable> _tables = [];

    public int TotalBytes { get; private set; }

    internal IReadOnlyList<DmaRegion> Regions => _regions;

    internal IReadOnlyList<DmaTable> Tables => _tables;

    /// <summary>Descriptors for a queue. False when there is no memory.</summary>
    public bool TryAllocate(int count, out DmaTable? table)
    {
        if (!DmaTable.TryAllocate(count, out table))
        {
            return false;
        }

        _tables.Add(table!);
        TotalBytes += (int)PageSize.RoundUp((ulong)count * DmaTable.EntryBytes);
        return true;
    }

    /// <summary>Zeroed memory of whole pages. False when there is none.</summary>
    public bool TryAllocate(int length, out DmaRegion? region)
    {
        if (!DmaRegion.TryAllocate(length, out region))
        {
            return false;
        }

        _regions.Add(region!);
        TotalBytes += region!.Length;
        return true;
    }
}
