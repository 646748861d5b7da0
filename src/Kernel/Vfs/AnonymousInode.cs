using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>The inode of a pipe, an event file or a console stream.</summary>
public class AnonymousInode : Inode
{
    private readonly FileTime _born;
    private uint _mode;
    private uint _uid;
    private uint _gid;

    public AnonymousInode(AnonymousFileSystem home, FileType type, uint mode)
        : base(home, home.NextInode(), type)
    {
        _mode = mode;
        _born = home.Clock.Now;
    }

    public override ulong Size => 0;

    public override void GetAttributes(out InodeAttributes attributes) => attributes = new InodeAttributes
    {
        Type = Type,
        Mode = _mode,
        Uid = _uid,
        Gid = _gid,
        Links = 1,
        Accessed = _born,
        Modified = _born,
        Changed = _born,
        Born = _born,
    };

    public override Errno SetAttributes(in AttributeChanges changes)
    {
        _mode = changes.Mode ?? _mode;
        _uid = changes.Uid ?? _uid;
        _gid = changes.Gid ?? _gid;
        return Errno.None;
    }
}
