using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>What inodes of /proc and /sys have in common: fixed attributes and no contents of their own.</summary>
internal abstract class GeneratedInode(GeneratedFileSystem home, ulong number, FileType type, uint mode) : Inode(home, number, type)
{
    protected GeneratedFileSystem Home { get; } = home;

    public override ulong Size => 0;

    protected virtual uint Links => 1;

    protected virtual uint Uid => 0;

    protected virtual uint Gid => 0;

    public override void GetAttributes(out InodeAttributes attributes) => attributes = new InodeAttributes
    {
        Type = Type,
        Mode = mode,
        Uid = Uid,
        Gid = Gid,
        Links = Links,
        Size = Size,
        Accessed = Home.Started,
        Modified = Home.Started,
        Changed = Home.Started,
        Born = Home.Started,
    };

    public override Errno SetAttributes(in AttributeChanges changes) => Errno.EPERM;

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
