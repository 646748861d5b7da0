using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Erofs;

/// <summary>
/// Writes a folder's data: blocks that each hold entries of 12 bytes followed by their names, all sorted by the names' bytes with <c>.</c> and <c>..</c> among
/// them. The last block ends behind its last name; names in the others end at a NUL or at the block's end.
/// </summary>
internal static class ErofsDirectory
{
    /// <summary>The bytes; positions of inodes need not be known yet, only <paramref name="fill"/> decides whether they are written.</summary>
    public static byte[] Write(ErofsInode folder, bool fill)
    {
        List<(byte[] Name, ErofsInode Inode)> entries = Entries(folder);
        var data = new List<byte[]>();
        int first = 0;
        while (first < entries.Count)
        {
            int used = 0;
            int last = first;
            while (last < entries.Count && used + ErofsFormat.DirectoryEntrySize + entries[last].Name.Length <= ErofsFormat.BlockSize)
            {
                used += ErofsFormat.DirectoryEntrySize + entries[last].Name.Length;
                last++;
            }

            byte[] block = new byte[last == entries.Count ? used : ErofsFormat.BlockSize];
            WriteBlock(block, entries.GetRange(first, last - first), fill);
            data.Add(block);
            first = last;
        }

        return Join(data);
    }

    private static List<(byte[] Name, ErofsInode Inode)> Entries(ErofsInode folder)
    {
        var entries = new List<(byte[] Name, ErofsInode Inode)>(folder.Children)
        {
            (".."u8.ToArray(), folder.Parent ?? folder),
            ("."u8.ToArray(), folder),
        };
        entries.Sort((left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        return entries;
    }

    private static void WriteBlock(byte[] block, List<(byte[] Name, ErofsInode Inode)> entries, bool fill)
    {
        int nameAt = entries.Count * ErofsFormat.DirectoryEntrySize;
        for (int i = 0; i < entries.Count; i++)
        {
            (byte[] name, ErofsInode inode) = entries[i];
            Span<byte> entry = block.AsSpan(i * ErofsFormat.DirectoryEntrySize, ErofsFormat.DirectoryEntrySize);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, fill ? inode.Nid : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], (ushort)nameAt);
            entry[10] = inode.Node switch
            {
                DirectoryNode => ErofsFormat.EntryDirectory,
                LinkNode => ErofsFormat.EntryLink,
                _ => ErofsFormat.EntryRegular,
            };
            name.CopyTo(block.AsSpan(nameAt));
            nameAt += name.Length;
        }
    }

    private static byte[] Join(List<byte[]> blocks)
    {
        int size = 0;
        foreach (byte[] block in blocks)
        {
            size += block.Length;
        }

        byte[] data = new byte[size];
        int at = 0;
        foreach (byte[] block in blocks)
        {
            block.CopyTo(data.AsSpan(at));
            at += block.Length;
        }

        return data;
    }
}
