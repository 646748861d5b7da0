using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>What inodes of /proc and /sys have in common: fixed attributes and no contents of their own.</summary>
internal abstract class GeneratedInode(GeneratedFileSystem home, ulong number, FileType type, uint mode) : Inode(home, number, type)
{
    private uint? _mode;
    private uint? _owner;
    private uint? _group;
    private FileTime? _accessed;
    private FileTime? _modified;

    protected GeneratedFileSystem Home { get; } = home;

    public override ulong Size => 0;

    protected virtual uint Links => 1;

    protected virtual uint Uid => 0;

    protected virtual uint Gid => 0;

    public override void GetAttributes(out InodeAttributes attributes) => attributes = new InodeAttributes
    {
        Type = Type,
        Mode = _mode ?? mode,
        Uid = _owner ?? Uid,
        Gid = _group ?? Gid,
        Links = Links,
        Size = Size,
        Accessed = _accessed ?? Home.Started,
        Modified = _modified ?? Home.Started,
        Changed = Home.Started,
        Born = Home.Started,
    };

    // Owners and times are taken as they are given; a mode in /sys alone (proc_setattr, kernfs_iop_setattr).
    public override Errno SetAttributes(in AttributeChanges changes)
    {
        if (changes.Mode != null && Home.HasFixedNames)
        {
            return Errno.EPERM;
        }

        _mode = changes.Mode ?? _mode;
        _owner = changes.Uid ?? _owner;
        _group = changes.Gid ?? _group;
        _accessed = changes.Accessed ?? _accessed;
        _modified = changes.Modified ?? _modified;
        return Errno.None;
    }

    // /sys has attributes, and none are set.
    public override Result<int> GetExtended(ReadOnlySpan<byte> name, Span<byte> value) => NoAttribute;

    public override Errno SetExtended(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ExtendedFlags flags) =>
        (flags & ExtendedFlags.Replace) != 0 && !name.StartsWith("user."u8) ? NoAttribute : Errno.EOPNOTSUPP;

    public override Errno RemoveExtended(ReadOnlySpan<byte> name) => name.StartsWith("user."u8) ? Errno.EOPNOTSUPP : NoAttribute;

    private Errno NoAttribute => Home.CreationError == Errno.EPERM ? Errno.ENODATA : Errno.EOPNOTSUPP;

    // /sys denies a new file as if by its modes, and all else that is new as not permitted.
    public override Result<Inode> Create(ReadOnlySpan<byte> name, in NewInode what) =>
        Home.CreationError == Errno.EPERM && what.Type == FileType.Regular ? Errno.EACCES : Home.CreationError;

    public override Result<Inode> CreateLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, in NewInode what) => Home.CreationError;

    public override Errno Link(ReadOnlySpan<byte> name, Inode target) => Home.CreationError;

    public override Errno Unlink(ReadOnlySpan<byte> name, Inode target) => Errno.EPERM;

    public override Errno RemoveDirectory(ReadOnlySpan<byte> name, Inode target) => Errno.EPERM;

    public override Errno Rename(ReadOnlySpan<byte> name, Inode moved, Inode newDirectory, ReadOnlySpan<byte> newName, Inode? replaced, RenameFlags flags) =>
        replaced == null ? Home.CreationError : Errno.EPERM;
}
