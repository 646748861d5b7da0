using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>Soft and hard limits of a process (getrlimit(2)).</summary>
public sealed class ResourceLimits
{
    public const ulong Infinity = ulong.MaxValue;

    private const int Count = 16;
    private const ulong BytesEach = 128 << 10;
    private const ulong FewestTasks = 1024;
    private const ulong MostTasks = 1 << 20;

    private readonly ulong[] _soft = new ulong[Count];
    private readonly ulong[] _hard = new ulong[Count];

    public ResourceLimits()
    {
        Array.Fill(_soft, Infinity);
        Array.Fill(_hard, Infinity);
        Set(ResourceKind.Stack, 8 << 20, Infinity);
        Set(ResourceKind.Core, 0, Infinity);
        Set(ResourceKind.OpenFiles, 1024, 1 << 20);
        ulong tasks = Math.Clamp(MemoryStatistics.TotalBytes / BytesEach, FewestTasks, MostTasks) / 2; // as Linux sizes both after its memory (fork_init)
        Set(ResourceKind.Processes, tasks, tasks);
        Set(ResourceKind.PendingSignals, tasks, tasks);
        Set(ResourceKind.LockedMemory, 8 << 20, 8 << 20);
        Set(ResourceKind.MessageQueues, 819_200, 819_200);
        Set(ResourceKind.Nice, 0, 0);
        Set(ResourceKind.RealTimePriority, 0, 0);
    }

    public static bool IsValid(int kind) => unchecked((uint)kind) < Count;

    public ulong Soft(ResourceKind kind) => _soft[(int)kind];

    public ulong Hard(ResourceKind kind) => _hard[(int)kind];

    public void Set(ResourceKind kind, ulong soft, ulong hard)
    {
        _soft[(int)kind] = soft;
        _hard[(int)kind] = hard;
    }

    public ResourceLimits Clone()
    {
        ResourceLimits copy = new();
        _soft.CopyTo(copy._soft, 0);
        _hard.CopyTo(copy._hard, 0);
        return copy;
    }
}
