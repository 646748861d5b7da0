using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Erofs;

/// <summary>A file, directory, link or device file of an image.</summary>
internal sealed class ErofsInode : Inode
{
    private const uint PermissionBits = 0xfff;

    // A directory position is a block's number and the index of an entry in it.
    private const int IndexBits = 12;

    private readonly ErofsNode _node;
    private ErofsPages? _pages;

    internal ErofsInode(ErofsFileSystem fileSystem, in ErofsNode node)
        : base(fileSystem, node.Nid, (FileType)(node.Mode & 0xf000))
    {
        _node = node;
    }

    public override ulong Size => _node.Size;

    public override PageSource? Pages => Type == FileType.Regular ? _pages ??= MakePages() : null;

    [MayAllocate("once a file")]
    private ErofsPages MakePages() => new(Image, _node);

    private ErofsImage Image => ((ErofsFileSystem)FileSystem).Image;

    public override void GetAttributes(out InodeAttributes attributes)
    {
        FileTime modified = new((long)Math.Min(_node.ModifiedSeconds, long.MaxValue), _node.ModifiedNs);
        attributes = new InodeAttributes
        {
            Type = Type,
            Mode = _node.Mode & PermissionBits,
            Uid = _node.Uid,
            Gid = _node.Gid,
            Links = _node.Links,
            Size = _node.Size,
            Blocks = (_node.Size + 511) / 512,
            Device = Type is FileType.CharacterDevice or FileType.BlockDevice ? DeviceNumberOf(_node.Device) : 0,
            Accessed = modified,
            Modified = modified,
            Changed = modified,
            Born = modified,
        };
    }

    public override void GetOwnership(out uint mode, out uint uid, out uint gid)
    {
        mode = _node.Mode & PermissionBits;
        uid = _node.Uid;
        gid = _node.Gid;
    }

    public override Result<long> ReadAt(ulong offset, ref DataSink to)
    {
        if (Type != FileType.Regular)
        {
            return Errno.EINVAL;
        }

        long done = 0;
        while (offset < _node.Size && to.Remaining > 0)
        {
            ReadOnlySpan<byte> data = Image.DataAt(_node, offset);
            long wanted = (long)Math.Min((ulong)data.Length, to.Remaining);
            int copied = to.Write(data);
            done += copied;
            if (copied < wanted)
            {
                return done > 0 ? done : Errno.EFAULT;
            }

            offset += (ulong)copied;
        }

        return done;
    }

    public override Result<int> ReadLink(Span<byte> target)
    {
        if (Type != FileType.SymbolicLink)
        {
            return Errno.EINVAL;
        }

        // A target lies in one piece: in the inode's block, or in one block.
        ReadOnlySpan<byte> data = Image.DataAt(_node, 0);
        if ((ulong)data.Length < _node.Size || data.Length == 0 || data.Length > ErofsFormat.BlockSize)
        {
            return Errno.EIO;
        }

        data = data[..Math.Min(data.Length, target.Length)];
        data.CopyTo(target);
        return data.Length;
    }

    public override Result<Inode> Lookup(ReadOnlySpan<byte> name)
    {
        if (!IsDirectory)
        {
            return Errno.ENOTDIR;
        }

        Result<ulong> nid = ErofsDirectory.Find(Image, _node, name);
        if (!nid.IsOk)
        {
            return nid.Error;
        }

        Result<ErofsInode> inode = ((ErofsFileSystem)FileSystem).GetInode(nid.Value);
        return inode.IsOk ? inode.Value : inode.Error;
    }

    public override Errno ReadDirectory(ulong position, DirectorySink sink)
    {
        if (!IsDirectory)
        {
            return Errno.ENOTDIR;
        }

        ulong blocks = ErofsDirectory.BlockCount(_node);
        int index = (int)(position & ((1 << IndexBits) - 1));
        for (ulong block = position >> IndexBits; block < blocks; block++)
        {
            if (!ErofsDirectoryBlock.TryOpen(Image.BlockAt(_node, block), out ErofsDirectoryBlock entries))
            {
                return Errno.EIO;
            }

            for (; index < entries.Count; index++)
            {
                if (!entries.TryGetName(index, out ReadOnlySpan<byte> name))
                {
                    return Errno.EIO;
                }

                bool isDots = name.SequenceEqual("."u8) || name.SequenceEqual(".."u8);
                if (!isDots && !sink.TryAdd(name, entries.NidAt(index), TypeOf(entries.TypeAt(index)), (block << IndexBits) + (ulong)index + 1))
                {
                    return Errno.None;
                }
            }

            index = 0;
        }

        return Errno.None;
    }

    private static FileType TypeOf(byte entryType) => entryType switch
    {
        ErofsFormat.EntryRegular => FileType.Regular,
        ErofsFormat.EntryDirectory => FileType.Directory,
        ErofsFormat.EntryCharacter => FileType.CharacterDevice,
        ErofsFormat.EntryBlock => FileType.BlockDevice,
        ErofsFormat.EntryFifo => FileType.Fifo,
        ErofsFormat.EntrySocket => FileType.Socket,
        ErofsFormat.EntryLink => FileType.SymbolicLink,
        _ => FileType.None,
    };

    // The image has major and minor as the kernel's new_encode_dev packs them into 32 bits.
    private static ulong DeviceNumberOf(uint packed) => DeviceNumber.Make((packed >> 8) & 0xfff, (packed & 0xff) | ((packed >> 12) & 0xfff00));
}
