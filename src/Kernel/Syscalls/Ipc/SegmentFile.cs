using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>One attachment of a segment: what its areas map. When the last of them is gone, so is the attachment.</summary>
internal sealed class SegmentFile : OpenFile
{
    private readonly SharedMemoryCalls _home;

    public SegmentFile(SharedMemoryCalls home, SharedSegment segment, OpenFlags flags)
        : base(segment.Memory.Path, flags)
    {
        _home = home;
        Segment = segment;
    }

    public SharedSegment Segment { get; }

    protected override void OnClose() => _home.Detached(Segment);
}
