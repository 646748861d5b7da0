using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Mote.Imaging.Inputs;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Erofs;

/// <summary>
/// Writes a tree as an uncompressed EROFS image with blocks of 4 KiB: the superblock, then all inodes with their short data (folders, links), then the data of
/// files and long folders, each from a block's start, so that a machine can map a file's pages out of the image in place. The same tree gives the same bytes.
/// </summary>
internal sealed class ErofsWriter
{
    private const int CopyBufferBytes = 1 << 20;
    private readonly List<ErofsInode> _inodes = [];
    private uint _blocks;

    private ErofsWriter()
    {
    }

    /// <summary>Writes the image and returns its length in bytes.</summary>
    /// <exception cref="ImageException">A host file changed or cannot be read, or the image would be too large.</exception>
    public static long Write(ImageTree tree, Stream output)
    {
        var writer = new ErofsWriter();
        writer.Collect("/", tree.Root, null);
        writer.PlaceMetadata();
        writer.PlaceData();
        writer.WriteMetadata(output);
        writer.WriteData(output);
        return (long)writer._blocks << ErofsFormat.BlockBits;
    }

    private ErofsInode Collect(string path, ImageNode node, ErofsInode? parent)
    {
        var inode = new ErofsInode(path, node, (uint)_inodes.Count + 1) { Parent = parent };
        _inodes.Add(inode);
        switch (node)
        {
            case FileNode file:
                inode.Size = file.Size;
                break;
            case LinkNode link:
                inode.Data = Encoding.UTF8.GetBytes(link.Target);
                inode.Size = inode.Data.Length;
                break;
            case DirectoryNode folder:
                var names = new List<string>(folder.Children.Keys);
                names.Sort(GuestPath.CompareNames);
                inode.LinkCount = 2;
                foreach (string name in names)
                {
                    ErofsInode child = Collect(path == "/" ? "/" + name : path + "/" + name, folder.Children[name], inode);
                    inode.Children.Add((Encoding.UTF8.GetBytes(name), child));
                    inode.LinkCount += folder.Children[name] is DirectoryNode ? 1u : 0;
                }

                inode.Data = ErofsDirectory.Write(inode, fill: false);
                inode.Size = inode.Data.Length;
                break;
        }

        return inode;
    }

    // An inode and the data behind it lie in one block: Linux reads them with one access and refuses a tail that crosses.
    private void PlaceMetadata()
    {
        long at = ErofsFormat.SuperblockOffset + ErofsFormat.SuperblockSize;
        foreach (ErofsInode inode in _inodes)
        {
            if (inode.Data is { } data)
            {
                int tail = data.Length % ErofsFormat.BlockSize;
                inode.TailBytes = tail <= ErofsFormat.BlockSize - ErofsFormat.ExtendedInodeSize ? tail : 0;
            }

            int size = ErofsFormat.ExtendedInodeSize + inode.TailBytes;
            if ((at % ErofsFormat.BlockSize) + size > ErofsFormat.BlockSize)
            {
                at = RoundUp(at, ErofsFormat.BlockSize);
            }

            inode.Nid = (ulong)(at / ErofsFormat.InodeSlot);
            at = RoundUp(at + size, ErofsFormat.InodeSlot);
        }

        _blocks = (uint)(RoundUp(at, ErofsFormat.BlockSize) >> ErofsFormat.BlockBits);
    }

    private void PlaceData()
    {
        long block = _blocks;
        foreach (ErofsInode inode in _inodes)
        {
            long count = RoundUp(inode.Size - inode.TailBytes, ErofsFormat.BlockSize) >> ErofsFormat.BlockBits;
            if (block + count > uint.MaxValue)
            {
                throw new ImageException($"The image would be larger than 16 TiB at {inode.Path}.");
            }

            inode.FirstBlock = (uint)block;
            inode.BlockCount = (uint)count;
            block += count;
        }

        _blocks = (uint)block;
    }

    private void WriteMetadata(Stream output)
    {
        ErofsInode last = _inodes[^1];
        long end = ((long)last.Nid * ErofsFormat.InodeSlot) + ErofsFormat.ExtendedInodeSize + last.TailBytes;
        byte[] metadata = new byte[RoundUp(end, ErofsFormat.BlockSize)];
        foreach (ErofsInode inode in _inodes)
        {
            if (inode.Node is DirectoryNode)
            {
                inode.Data = ErofsDirectory.Write(inode, fill: true);
            }

            Span<byte> place = metadata.AsSpan(checked((int)inode.Nid * ErofsFormat.InodeSlot));
            WriteInode(place, inode);
            if (inode.IsInline)
            {
                inode.Tail.CopyTo(place[ErofsFormat.ExtendedInodeSize..]);
            }
        }

        WriteSuperblock(metadata);
        output.Write(metadata);
    }

    private static void WriteInode(Span<byte> place, ErofsInode inode)
    {
        ushort type = inode.Node switch
        {
            DirectoryNode => ErofsFormat.ModeDirectory,
            LinkNode => ErofsFormat.ModeLink,
            _ => ErofsFormat.ModeRegular,
        };
        long ticks = (inode.Node.ModifiedUtc - DateTime.UnixEpoch).Ticks;
        (long seconds, long rest) = Math.DivRem(ticks < 0 ? 0 : ticks, TimeSpan.TicksPerSecond);
        BinaryPrimitives.WriteUInt16LittleEndian(place, inode.IsInline ? ErofsFormat.FormatExtendedInline : ErofsFormat.FormatExtendedPlain);
        BinaryPrimitives.WriteUInt16LittleEndian(place[4..], (ushort)(type | ((int)inode.Node.Mode & 0xfff)));
        BinaryPrimitives.WriteUInt64LittleEndian(place[8..], (ulong)inode.Size);
        BinaryPrimitives.WriteUInt32LittleEndian(place[16..], inode.BlockCount > 0 ? inode.FirstBlock : uint.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(place[20..], inode.Number);
        BinaryPrimitives.WriteUInt32LittleEndian(place[24..], inode.Node.Owner.User);
        BinaryPrimitives.WriteUInt32LittleEndian(place[28..], inode.Node.Owner.Group);
        BinaryPrimitives.WriteUInt64LittleEndian(place[32..], (ulong)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(place[40..], (uint)(rest * TimeSpan.NanosecondsPerTick));
        BinaryPrimitives.WriteUInt32LittleEndian(place[44..], inode.LinkCount);
    }

    private void WriteSuperblock(byte[] metadata)
    {
        Span<byte> super = metadata.AsSpan(ErofsFormat.SuperblockOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(super, ErofsFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(super[8..], ErofsFormat.FeatureCompatChecksum);
        super[12] = ErofsFormat.BlockBits;
        BinaryPrimitives.WriteUInt16LittleEndian(super[14..], checked((ushort)_inodes[0].Nid));
        BinaryPrimitives.WriteUInt64LittleEndian(super[16..], (ulong)_inodes.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(super[36..], _blocks);
        "mote"u8.CopyTo(super[64..]);

        // The checksum covers the rest of the superblock's block, with its own field as zero.
        uint checksum = Crc32C.Compute(metadata.AsSpan(ErofsFormat.SuperblockOffset, ErofsFormat.BlockSize - ErofsFormat.SuperblockOffset));
        BinaryPrimitives.WriteUInt32LittleEndian(super[4..], checksum);
    }

    private void WriteData(Stream output)
    {
        byte[] buffer = new byte[CopyBufferBytes];
        foreach (ErofsInode inode in _inodes)
        {
            if (inode.BlockCount == 0)
            {
                continue;
            }

            long written = inode.Node is FileNode { HostPath: { } path } ? CopyFile(path, inode.Size, output, buffer) : WriteBytes(inode, output);
            int padding = (int)(((long)inode.BlockCount << ErofsFormat.BlockBits) - written);
            output.Write(new byte[padding]);
        }
    }

    private static long WriteBytes(ErofsInode inode, Stream output)
    {
        byte[] data = inode.Data ?? ((FileNode)inode.Node).Content!;
        int size = data.Length - inode.TailBytes;
        output.Write(data.AsSpan(0, size));
        return size;
    }

    private static long CopyFile(string path, long size, Stream output, byte[] buffer)
    {
        using FileStream input = HostFiles.Open(path);
        long left = size;
        while (left > 0)
        {
            int count = input.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (count == 0)
            {
                throw new ImageException($"{path} became shorter while the image was built. Try again when nothing writes to it.");
            }

            output.Write(buffer, 0, count);
            left -= count;
        }

        return size;
    }

    private static long RoundUp(long value, long unit) => (value + unit - 1) / unit * unit;
}
