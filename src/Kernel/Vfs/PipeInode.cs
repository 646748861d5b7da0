using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>The inode that both ends of a pipe share.</summary>
internal sealed class PipeInode(AnonymousFileSystem home, Pipe pipe) : AnonymousInode(home, FileType.Fifo, 0x180)
{
    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) => pipe.OpenNamed(path, flags);
}
