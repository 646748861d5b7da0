using System;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Net.Sockets;

/// <summary>The names of AF_UNIX (unix(7)) and who is bound to them, and the sockets that are on their way in messages.</summary>
internal sealed partial class UnixDomain(FileTree tree)
{
    private readonly NameTable<UnixName> _abstract = new();
    private readonly Dictionary<Inode, UnixSocket> _paths = [];
    private uint _lastAutomatic;

    public FileTree Tree { get; } = tree;

    /// <summary>All sockets of the family, for /proc/net/unix.</summary>
    public UnixSocket? FirstSocket { get; set; }

    /// <summary>Checks a struct sockaddr_un and takes its name out: a path without NUL, or an abstract name with its first NUL. Empty asks for a name of the kernel's choice. EINVAL.</summary>
    public static Errno Parse(ReadOnlySpan<byte> address, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (address.Length is < UnixName.FamilyBytes or > UnixName.MaximumBytes || address[0] != (byte)AddressFamily.Unix || address[1] != 0)
        {
            return Errno.EINVAL;
        }

        name = address[UnixName.FamilyBytes..];
        if (!name.IsEmpty && name[0] != 0)
        {
            int end = name.IndexOf((byte)0);
            name = end < 0 ? name : name[..end];
        }

        return Errno.None;
    }

    /// <summary>Binds an abstract name. EADDRINUSE.</summary>
    public Errno BindAbstract(UnixSocket socket, ReadOnlySpan<byte> name)
    {
        Span<byte> key = stackalloc byte[UnixName.MaximumBytes];
        key = KeyOf(socket.Kind, name, key);
        if (_abstract.Find(key) != null)
        {
            return Errno.EADDRINUSE;
        }

        Add(socket, key, name);
        return Errno.None;
    }

    /// <summary>Binds a name of five hexadecimal digits that nobody has ("Autobind feature", unix(7)). ENOSPC when there is none.</summary>
    public Errno BindAutomatically(UnixSocket socket)
    {
        const int Digits = 5;
        const uint Names = 1 << (4 * Digits);
        Span<byte> name = stackalloc byte[1 + Digits];
        Span<byte> room = stackalloc byte[UnixName.MaximumBytes];
        for (uint tries = 0; tries < Names; tries++)
        {
            uint number = _lastAutomatic = (_lastAutomatic + 1) % Names;
            name[0] = 0;
            for (int i = Digits; i > 0; i--)
            {
                name[i] = "0123456789abcdef"u8[(int)(number & 15)];
                number >>= 4;
            }

            Span<byte> key = KeyOf(socket.Kind, name, room);
            if (_abstract.Find(key) == null)
            {
                Add(socket, key, name);
                return Errno.None;
            }
        }

        return Errno.ENOSPC;
    }

    /// <summary>Makes a socket file and binds to it. EADDRINUSE when the path exists, and the errors of mknod(2).</summary>
    public Errno BindPath(UnixSocket socket, ReadOnlySpan<byte> path, FsContext context)
    {
        const uint Everybody = 0x1ff;
        Errno error = Tree.MakeNode(context, context.WorkingDirectory, path, FileType.Socket, Everybody, 0);
        if (error != Errno.None)
        {
            return error == Errno.EEXIST ? Errno.EADDRINUSE : error;
        }

        Result<PathNode> node = Tree.Resolve(context, context.WorkingDirectory, path, WalkFlags.None);
        if (!node.IsOk)
        {
            return node.Error;
        }

        if (socket.Name != null)
        {
            // Linux looks at this last too: a path that exists is told first.
            _ = Tree.Unlink(context, context.WorkingDirectory, path);
            return Errno.EINVAL;
        }

        // As unix_mkname has it: the NUL behind a path is part of the address.
        Span<byte> address = stackalloc byte[UnixName.MaximumBytes + 1];
        int length = WriteAddress(address, path) + 1;
        address[length - 1] = 0;
        socket.SetName(new UnixName(default, address[..length], socket, node.Value.Inode));
        _paths.Add(node.Value.Inode, socket);
        return Errno.None;
    }

    /// <summary>The socket that a name leads to. ECONNREFUSED when nobody is bound to it, EACCES, ENOENT, EPROTOTYPE (another type).</summary>
    public Result<UnixSocket> Find(ReadOnlySpan<byte> name, SocketKind kind, FsContext context)
    {
        if (name[0] == 0)
        {
            Span<byte> room = stackalloc byte[UnixName.MaximumBytes];
            UnixName? found = _abstract.Find(KeyOf(kind, name, room));
            return found == null ? Errno.ECONNREFUSED : found.Owner;
        }

        Result<PathNode> node = Tree.Resolve(context, context.WorkingDirectory, name, WalkFlags.Follow);
        if (!node.IsOk)
        {
            return node.Error;
        }

        Errno error = FileTree.CheckAccess(context, node.Value, Access.Write);
        if (error != Errno.None)
        {
            return error;
        }

        if (node.Value.Inode.Type != FileType.Socket || !_paths.TryGetValue(node.Value.Inode, out UnixSocket? socket))
        {
            return Errno.ECONNREFUSED;
        }

        return socket.Kind == kind ? socket : Errno.EPROTOTYPE;
    }

    /// <summary>The socket was closed: its name leads nowhere. A pathname's file stays.</summary>
    public void Remove(UnixName name)
    {
        if (name.Inode == null)
        {
            _ = _abstract.Remove(name);
        }
        else
        {
            _ = _paths.Remove(name.Inode);
        }
    }

    private void Add(UnixSocket socket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> name)
    {
        Span<byte> address = stackalloc byte[UnixName.MaximumBytes];
        UnixName entry = new(key, address[..WriteAddress(address, name)], socket, null);
        _abstract.Add(entry);
        socket.SetName(entry);
    }

    private static int WriteAddress(Span<byte> address, ReadOnlySpan<byte> name)
    {
        address[0] = (byte)AddressFamily.Unix;
        address[1] = 0;
        name.CopyTo(address[UnixName.FamilyBytes..]);
        return UnixName.FamilyBytes + name.Length;
    }

    /// <summary>Each type has names of its own.</summary>
    private static Span<byte> KeyOf(SocketKind kind, ReadOnlySpan<byte> name, Span<byte> room)
    {
        room[0] = (byte)kind;
        name.CopyTo(room[1..]);
        return room[..(name.Length + 1)];
    }
}
