using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A namespace as a file: what an open /proc/PID/ns/NAME stands for.</summary>
internal sealed class NamespaceInode(FileSystem home, int kind) : Inode(home, NamespaceKind.At(kind).Number, FileType.Regular)
{
    private const uint Readable = 0x124;

    public override bool IsImmutable => true;

    public override ulong Size => 0;

    public override void GetAttributes(out InodeAttributes attributes) => attributes = new InodeAttributes { Type = Type, Mode = Readable, Links = 1 };

    public override Errno SetAttributes(in AttributeChanges changes) => changes.Mode == null ? Errno.None : Errno.EPERM;

    public override Errno Truncate(ulong size) => Errno.EPERM;

    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) =>
        (flags & OpenFlags.AccessMask) == OpenFlags.ReadOnly ? new NamespaceFile(path, flags, kind) : Errno.EPERM;
}
