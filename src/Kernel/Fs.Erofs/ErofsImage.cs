using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Erofs;

/// <summary>
/// Reads inodes and data out of an image. The image may be damaged or made to do harm: each offset in it is checked before it is used, and what does not hold is
/// EIO. Nothing is allocated.
/// </summary>
internal sealed class ErofsImage
{
    private readonly ErofsSuperblock _superblock;

    private ErofsImage(ErofsMedium medium, in ErofsSuperblock superblock)
    {
        Medium = medium;
        _superblock = superblock;
    }

    internal ErofsMedium Medium { get; }

    internal ulong RootNid => _superblock.RootNid;

    internal ulong InodeCount => _superblock.InodeCount;

    internal uint BlockCount => _superblock.BlockCount;

    /// <summary>Errors: EINVAL (not an image that can be read here), EIO (damaged or truncated).</summary>
    internal static Result<ErofsImage> Open(ErofsMedium medium)
    {
        Errno error = ErofsSuperblock.TryRead(medium.Bytes, out ErofsSuperblock superblock);
        return error == Errno.None ? new ErofsImage(medium, superblock) : error;
    }

    /// <summary>Reads the inode at a position. Errors: EIO.</summary>
    internal Errno TryReadNode(ulong nid, out ErofsNode node)
    {
        node = default;
        ReadOnlySpan<byte> image = Medium.Bytes;
        ulong length = (ulong)image.Length;
        if (nid > length >> ErofsFormat.InodeSlotBits || _superblock.MetadataStart > length)
        {
            return Errno.EIO;
        }

        ulong at = _superblock.MetadataStart + (nid << ErofsFormat.InodeSlotBits);
        if (at > length - ErofsFormat.CompactInodeSize)
        {
            return Errno.EIO;
        }

        ReadOnlySpan<byte> inode = image[(int)at..];
        uint format = BinaryPrimitives.ReadUInt16LittleEndian(inode);
        bool isExtended = (format & 1) != 0;
        if (isExtended && inode.Length < ErofsFormat.ExtendedInodeSize)
        {
            return Errno.EIO;
        }

        node = isExtended ? ReadExtended(nid, inode) : ReadCompact(nid, inode);
        uint attributes = BinaryPrimitives.ReadUInt16LittleEndian(inode[2..]);
        ulong header = isExtended ? ErofsFormat.ExtendedInodeSize : (ulong)ErofsFormat.CompactInodeSize;

        // Extended attributes follow: a header of 12 bytes that counts for one, and four bytes for each more.
        header += attributes == 0 ? 0 : 12 + ((attributes - 1) * 4ul);
        return Locate(ref node, (int)(format >> 1) & 7, BinaryPrimitives.ReadUInt32LittleEndian(inode[16..]), at + header);
    }

    /// <summary>The data from an offset on, as far as it lies in one piece; not empty before the end.</summary>
    internal ReadOnlySpan<byte> DataAt(in ErofsNode node, ulong offset)
    {
        ReadOnlySpan<byte> image = Medium.Bytes;
        if (offset < node.BlockBytes)
        {
            ulong start = ((ulong)node.FirstBlock << ErofsFormat.BlockBits) + offset;
            return image.Slice((int)start, (int)(node.BlockBytes - offset));
        }

        return offset >= node.Size ? default : image.Slice((int)(node.TailStart + (offset - node.BlockBytes)), (int)(node.Size - offset));
    }

    /// <summary>One block of the data, the last one cut at the end.</summary>
    internal ReadOnlySpan<byte> BlockAt(in ErofsNode node, ulong block)
    {
        ReadOnlySpan<byte> data = DataAt(node, block << ErofsFormat.BlockBits);
        return data.Length > ErofsFormat.BlockSize ? data[..ErofsFormat.BlockSize] : data;
    }

    private static ErofsNode ReadExtended(ulong nid, ReadOnlySpan<byte> inode) => new()
    {
        Nid = nid,
        Mode = BinaryPrimitives.ReadUInt16LittleEndian(inode[4..]),
        Size = BinaryPrimitives.ReadUInt64LittleEndian(inode[8..]),
        Uid = BinaryPrimitives.ReadUInt32LittleEndian(inode[24..]),
        Gid = BinaryPrimitives.ReadUInt32LittleEndian(inode[28..]),
        ModifiedSeconds = BinaryPrimitives.ReadUInt64LittleEndian(inode[32..]),
        ModifiedNs = BinaryPrimitives.ReadUInt32LittleEndian(inode[40..]) % 1_000_000_000,
        Links = BinaryPrimitives.ReadUInt32LittleEndian(inode[44..]),
    };

    private ErofsNode ReadCompact(ulong nid, ReadOnlySpan<byte> inode) => new()
    {
        Nid = nid,
        Mode = BinaryPrimitives.ReadUInt16LittleEndian(inode[4..]),
        Links = BinaryPrimitives.ReadUInt16LittleEndian(inode[6..]),
        Size = BinaryPrimitives.ReadUInt32LittleEndian(inode[8..]),
        Uid = BinaryPrimitives.ReadUInt16LittleEndian(inode[24..]),
        Gid = BinaryPrimitives.ReadUInt16LittleEndian(inode[26..]),
        ModifiedSeconds = _superblock.BuildTime,
        ModifiedNs = _superblock.BuildTimeNs % 1_000_000_000,
    };

    // Where the data lies. Device files, pipes and sockets have none.
    private Errno Locate(ref ErofsNode node, int layout, uint location, ulong tailStart)
    {
        ulong length = (ulong)Medium.Bytes.Length;
        uint type = node.Mode >> 12;
        if (type is not (4 or 8 or 10))
        {
            node = node with { Device = location, Size = 0 };
            return Errno.None;
        }

        if (layout is not (ErofsFormat.LayoutPlain or ErofsFormat.LayoutInline) || node.Size > length)
        {
            return Errno.EIO;
        }

        ulong inBlocks = node.Size;
        if (layout == ErofsFormat.LayoutInline && node.Size > 0)
        {
            inBlocks = (node.Size - 1) >> ErofsFormat.BlockBits << ErofsFormat.BlockBits;
        }

        ulong tail = node.Size - inBlocks;
        ulong start = (ulong)location << ErofsFormat.BlockBits;
        if ((inBlocks > 0 && (start > length || inBlocks > length - start)) || (tail > 0 && (tailStart > length || tail > length - tailStart)))
        {
            return Errno.EIO;
        }

        node = node with { FirstBlock = location, BlockBytes = inBlocks, TailStart = tailStart };
        return Errno.None;
    }
}
