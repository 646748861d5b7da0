using System;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>An entry of a fixed directory.</summary>
internal sealed class NamedInode(ReadOnlySpan<byte> name, Inode inode) : NamedNode(name)
{
    public Inode Inode { get; } = inode;
}
