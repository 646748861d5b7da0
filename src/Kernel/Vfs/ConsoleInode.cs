using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>The FIFO that a standard stream appears as; it can be opened again through /dev/stdin and the like.</summary>
internal sealed class ConsoleInode(FileTree tree, ConsolePort port) : AnonymousInode(tree.Pipes, FileType.Fifo, 0x180)
{
    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) => new ConsoleFile(path, flags, port, tree.Buffers);
}
