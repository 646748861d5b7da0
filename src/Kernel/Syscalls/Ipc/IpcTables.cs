using System;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>The tables of the three kinds, for /proc/sysvipc.</summary>
internal sealed class IpcTables : IpcListing
{
    private const int MostQueues = 32000;
    private const int MostSets = 32000;

    /// <summary>SHMMNI.</summary>
    public const int MostSegments = 4096;

    public IpcTable Queues { get; } = new(MostQueues);

    public IpcTable Sets { get; } = new(MostSets);

    public IpcTable Segments { get; } = new(MostSegments);

    public override int End(IpcKind kind) => Of(kind).HighestIndex + 1;

    public override bool TryDescribe(IpcKind kind, int index, Span<byte> status, out int id)
    {
        IpcObject? found = Of(kind).At(index);
        id = found?.Id ?? 0;
        found?.Describe(status);
        return found != null;
    }

    private IpcTable Of(IpcKind kind) => kind switch
    {
        IpcKind.MessageQueue => Queues,
        IpcKind.SemaphoreSet => Sets,
        _ => Segments,
    };
}
