using System.Runtime.InteropServices;

namespace Mote.Machine;

/// <summary>Figures of the kernel heap. The runtime fills the fields up to <see cref="MarkStackOverflows"/> in this order.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct HeapStatistics
{
    private readonly nuint _allocations;
    private readonly nuint _allocatedBytes;
    private readonly nuint _collections;
    private readonly nuint _liveObjects;
    private readonly nuint _liveBytes;
    private readonly nuint _blocks;
    private readonly nuint _committedBytes;
    private readonly nuint _bytesLeft;
    private readonly nuint _markStackOverflows;

    /// <summary>Objects allocated since boot.</summary>
    public ulong Allocations => _allocations;

    /// <summary>Their bytes.</summary>
    public ulong AllocatedBytes => _allocatedBytes;

    /// <summary>Collections since boot.</summary>
    public ulong Collections => _collections;

    /// <summary>Objects that the last collection found alive.</summary>
    public ulong LiveObjects => _liveObjects;

    /// <summary>Their bytes.</summary>
    public ulong LiveBytes => _liveBytes;

    /// <summary>Blocks of 16 KiB that held objects then.</summary>
    public ulong Blocks => _blocks;

    /// <summary>Memory of the heap now, tables and free parts of blocks included.</summary>
    public ulong CommittedBytes => _committedBytes;

    /// <summary>What it may still grow by before its limit.</summary>
    public ulong BytesLeft => _bytesLeft;

    /// <summary>How often a collection had to look through blocks again because its stack was full.</summary>
    public ulong MarkStackOverflows => _markStackOverflows;

    /// <summary>Counts of the time stamp counter that the longest collection took.</summary>
    public ulong LongestPause { get; init; }

    /// <summary>The same of the last one.</summary>
    public ulong LastPause { get; init; }

    /// <summary>The same of all together.</summary>
    public ulong TotalPause { get; init; }
}
