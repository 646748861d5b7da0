using System;
using Mote.Machine;

namespace Mote.Kernel.Memory;

/// <summary>The machine's settings for all programs' memory: which gets 2 MiB pages, and what is refused at once.</summary>
public sealed class MemoryPolicy
{
    /// <summary>A machine that has less than this free uses small pages: a huge one of which little is touched would cost it too much.</summary>
    private const ulong LeastFreeBytes = 64 << 20;

    /// <summary>When private anonymous memory gets 2 MiB pages: /sys/kernel/mm/transparent_hugepage/enabled.</summary>
    public HugePageMode HugePages { get; set; } = HugePageMode.Always;

    /// <summary>/proc/sys/vm/overcommit_memory is 1: nothing is refused. Else it is 0: what is more than the whole machine's memory is.</summary>
    public bool AlwaysOvercommits { get; set; }

    /// <summary>Whether memory is so plenty that 2 MiB at a time may be spent on a program that touches some of it: a quarter of the machine's is free.</summary>
    internal static bool IsMemoryPlenty => MemoryStatistics.AvailableBytes >= Math.Max(LeastFreeBytes, MemoryStatistics.TotalBytes / 4);
}
