using System;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Net.Sockets;

/// <summary>The name that an AF_UNIX socket is bound to: its struct sockaddr_un, and the inode of a pathname. Shared by a listener and the connections from it.</summary>
internal sealed class UnixName : NamedNode
{
    /// <summary>sizeof(struct sockaddr_un).</summary>
    public const int MaximumBytes = 110;

    /// <summary>The family comes first.</summary>
    public const int FamilyBytes = 2;

    /// <summary>A name in the abstract name space; its table key is <paramref name="key"/>.</summary>
    public UnixName(ReadOnlySpan<byte> key, ReadOnlySpan<byte> address, UnixSocket owner, Inode? inode)
        : base(key)
    {
        Address = address.ToArray();
        Owner = owner;
        Inode = inode;
    }

    /// <summary>The whole address as getsockname(2) gives it.</summary>
    public byte[] Address { get; }

    /// <summary>The socket that was bound to it.</summary>
    public UnixSocket Owner { get; }

    /// <summary>Null for an abstract name.</summary>
    public Inode? Inode { get; }
}
