namespace Mote.Kernel.Fs.Erofs;

/// <summary>An on-disk inode whose place, layout and data range were checked against the image: what it points at lies inside.</summary>
internal readonly struct ErofsNode
{
    internal ulong Nid { get; init; }

    /// <summary>File type and permission bits (st_mode).</summary>
    internal uint Mode { get; init; }

    internal uint Uid { get; init; }

    internal uint Gid { get; init; }

    internal uint Links { get; init; }

    internal ulong Size { get; init; }

    internal ulong ModifiedSeconds { get; init; }

    internal uint ModifiedNs { get; init; }

    /// <summary>The device number of a device file, in the kernel's 32-bit form (new_encode_dev).</summary>
    internal uint Device { get; init; }

    /// <summary>First block of the data outside of the inode.</summary>
    internal uint FirstBlock { get; init; }

    /// <summary>Bytes of the data that lie in blocks; what is left lies at <see cref="TailStart"/>.</summary>
    internal ulong BlockBytes { get; init; }

    /// <summary>Offset in the image of the data behind the inode.</summary>
    internal ulong TailStart { get; init; }
}
