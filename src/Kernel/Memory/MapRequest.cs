using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Memory;

/// <summary>What to map. <see cref="Length"/> in bytes is rounded up to pages; without a source the memory is anonymous and private.</summary>
public readonly struct MapRequest
{
    public VirtAddr Address { get; init; }

    public ulong Length { get; init; }

    public MapPlacement Placement { get; init; }

    public PageAccess Protection { get; init; }

    public AreaFlags Flags { get; init; }

    public PageSource? Source { get; init; }

    public ulong SourcePage { get; init; }

    public OpenFile? File { get; init; }
}
