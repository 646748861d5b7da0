using System;
using System.Collections.Generic;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Erofs;

/// <summary>An inode on its way to the image: where it and its data will lie.</summary>
internal sealed class ErofsInode(string path, ImageNode node, uint number)
{
    /// <summary>Guest path, for messages.</summary>
    public string Path { get; } = path;

    public ImageNode Node { get; } = node;

    /// <summary>The inode number that programs see, from 1.</summary>
    public uint Number { get; } = number;

    public ErofsInode? Parent { get; set; }

    public List<(byte[] Name, ErofsInode Inode)> Children { get; } = [];

    /// <summary>Position of the inode in the image, in units of 32 bytes.</summary>
    public ulong Nid { get; set; }

    /// <summary>Bytes of the data, all blocks.</summary>
    public long Size { get; set; }

    /// <summary>First block of the data; meaningless without blocks.</summary>
    public uint FirstBlock { get; set; }

    /// <summary>Whole blocks outside the inode.</summary>
    public uint BlockCount { get; set; }

    /// <summary>Bytes that follow the inode in its own block.</summary>
    public int TailBytes { get; set; }

    /// <summary>Data that the writer makes itself (folders, links); null for files.</summary>
    public byte[]? Data { get; set; }

    public uint LinkCount { get; set; } = 1;

    public bool IsInline => TailBytes > 0;

    public ReadOnlySpan<byte> Tail => Data.AsSpan(Data!.Length - TailBytes);
}
