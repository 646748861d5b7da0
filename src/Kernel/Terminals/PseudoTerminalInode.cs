using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Terminals;

/// <summary>/dev/pts/N: it belongs to who opened the master and to the group tty, who may write to it.</summary>
internal sealed class PseudoTerminalInode(PseudoTerminalFileSystem home, PseudoTerminal terminal, uint owner)
    : Inode(home, (ulong)terminal.Index + FirstNumber, FileType.CharacterDevice)
{
    /// <summary>The group tty in Debian's /etc/group, and in every image's.</summary>
    internal const uint TerminalGroup = 5;

    /// <summary>rw--w----.</summary>
    internal const uint TerminalMode = 0x190;

    private const ulong FirstNumber = 3;

    private readonly FileTime _born = home.Born;
    private uint _mode = TerminalMode;
    private uint _uid = owner;
    private uint _gid = TerminalGroup;

    public override ulong Size => 0;

    public override void GetAttributes(out InodeAttributes attributes) => attributes = new InodeAttributes
    {
        Type = FileType.CharacterDevice,
        Mode = _mode,
        Uid = _uid,
        Gid = _gid,
        Links = 1,
        Device = terminal.DeviceNumber,
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

    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) => terminal.OpenTerminal(path, flags);
}
