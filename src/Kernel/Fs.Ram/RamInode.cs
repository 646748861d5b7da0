using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Ram;

/// <summary>What all inodes in memory have: attributes of their own, also those taken over from a lower file system.</summary>
internal abstract partial class RamInode : Inode
{
    private const long SecondsOfDay = 24 * 60 * 60;

    private uint _mode;
    private uint _uid;
    private uint _gid;
    private FileTime _accessed;
    private FileTime _modified;
    private FileTime _changed;
    private readonly FileTime _born;
    private bool _isAccessSet;

    protected RamInode(RamFileSystem home, in NewInode what)
        : base(home, home.NextInode(), what.Type)
    {
        Home = home;
        _mode = what.Mode;
        _uid = what.Uid;
        _gid = what.Gid;
        Links = 1;
        _born = home.Clock.Now;
        _accessed = _born;
        _modified = _born;
        _changed = _born;
    }

    protected RamInode(RamFileSystem home, ulong number, in InodeAttributes attributes)
        : base(home, number, attributes.Type)
    {
        Home = home;
        _mode = attributes.Mode;
        _uid = attributes.Uid;
        _gid = attributes.Gid;
        Links = attributes.Links;
        _accessed = attributes.Accessed;
        _modified = attributes.Modified;
        _changed = attributes.Changed;
        _born = attributes.Born;
    }

    internal RamFileSystem Home { get; }

    /// <summary>Names the inode has.</summary>
    internal uint Links { get; set; }

    /// <summary>Permission, set-id and sticky bits.</summary>
    protected uint Mode => _mode;

    /// <summary>Space used, in units of 512 bytes.</summary>
    protected virtual ulong Blocks => 0;

    protected virtual ulong DeviceNumber => 0;

    // Field by field: a new value would be made beside and copied.
    public override void GetAttributes(out InodeAttributes attributes)
    {
        attributes.Type = Type;
        attributes.Mode = _mode;
        attributes.Uid = _uid;
        attributes.Gid = _gid;
        attributes.Links = Links;
        attributes.Size = Size;
        attributes.Blocks = Blocks;
        attributes.Device = DeviceNumber;
        attributes.Accessed = _accessed;
        attributes.Modified = _modified;
        attributes.Changed = _changed;
        attributes.Born = _born;
    }

    public override void GetOwnership(out uint mode, out uint uid, out uint gid)
    {
        mode = _mode;
        uid = _uid;
        gid = _gid;
    }

    public override Errno SetAttributes(in AttributeChanges changes)
    {
        _mode = changes.Mode ?? _mode;
        _uid = changes.Uid ?? _uid;
        _gid = changes.Gid ?? _gid;
        _accessed = changes.Accessed ?? _accessed;
        _isAccessSet |= changes.Accessed != null;
        _modified = changes.Modified ?? _modified;
        _changed = Home.Clock.Now;
        return Errno.None;
    }

    // As with the mount option relatime: only when the inode was modified since, or when the time is a day old, which it can only be where somebody set it.
    public override void Touch()
    {
        if (IsNotLater(_accessed, _modified) || IsNotLater(_accessed, _changed) || (_isAccessSet && IsDayOld()))
        {
            _accessed = Home.Clock.Now;
            _isAccessSet = false;
        }
    }

    public override void MarkWritten() => MarkModified();

    internal void MarkModified()
    {
        _modified = Home.Clock.Now;
        _changed = _modified;
    }

    internal void MarkChanged() => _changed = Home.Clock.Now;

    /// <summary>A name went away; with the last one, and when nobody has it open, the contents go too.</summary>
    internal void DropLink()
    {
        if (Links > 0)
        {
            Links--;
        }

        MarkChanged();
        if (Links == 0 && OpenCount == 0)
        {
            FreeContents();
        }
    }

    protected override void OnLastClose()
    {
        if (Links == 0)
        {
            FreeContents();
        }
    }

    protected virtual void FreeContents()
    {
    }

    private bool IsDayOld() => Home.Clock.Now.Seconds - _accessed.Seconds >= SecondsOfDay;

    private static bool IsNotLater(FileTime left, FileTime right) =>
        left.Seconds < right.Seconds || (left.Seconds == right.Seconds && left.Nanoseconds <= right.Nanoseconds);
}
