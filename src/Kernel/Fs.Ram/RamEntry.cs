using System;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Ram;

/// <summary>A name in a directory in memory. Without an inode it hides the lower file system's entry of that name.</summary>
internal sealed class RamEntry(ReadOnlySpan<byte> name, ulong position, RamInode? inode) : NamedNode(name)
{
    /// <summary>Its place in the order of reading: greater than of all entries before it, never reused.</summary>
    public ulong Position { get; } = position;

    public RamInode? Inode { get; } = inode;

    public bool IsRemoved { get; set; }
}
