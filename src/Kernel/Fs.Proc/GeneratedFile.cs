using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A regular file of generated text; its size shows as 0 (in /sys as a page), as on Linux.</summary>
internal sealed class GeneratedFile(GeneratedFileSystem home, ulong number, uint mode, TextSource source, ulong size = 0)
    : GeneratedInode(home, number, FileType.Regular, mode)
{
    private readonly TextSource _source = source;

    public override ulong Size => size;

    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) => new GeneratedOpenFile(path, flags, Home, _source);

    public override Errno Truncate(ulong newSize) => Errno.None;
}
