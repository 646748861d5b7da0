using System;
using Mote.Machine;

namespace Mote.Kernel.Memory;

/// <summary>When private anonymous memory gets 2 MiB pages: what /sys/kernel/mm/transparent_hugepage/enabled says, and whether there is memory for them.</summary>
public sealed class HugePagePolicy
{
    /// <summary>A machine that has less than this free uses small pages: a huge one of which little is touched would cost it too much.</summary>
    private const ulong LeastFreeBytes = 64 << 20;

    /// <summary>The setting.</summary>
    public HugePageMode Mode { get; set; } = HugePageMode.Always;

    /// <summary>Whether memory is so plenty that 2 MiB at a time may be spent on a program that touches some of it: a quarter of the machine's is free.</summary>
    internal static bool IsMemoryPlenty => MemoryStatistics.AvailableBytes >= Math.Max(LeastFreeBytes, MemoryStatistics.TotalBytes / 4);
}
