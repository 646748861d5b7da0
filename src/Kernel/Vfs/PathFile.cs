using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>A file opened with O_PATH: a handle on a place in the tree.</summary>
public sealed class PathFile(PathNode path, OpenFlags flags)
    : OpenFile(path, flags & (OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow))
{
    public override PageSource? Pages => null;

    public override PollEvents Poll() => PollEvents.Invalid;
}
