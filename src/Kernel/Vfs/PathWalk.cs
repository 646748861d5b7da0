using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>
/// A walk along a path to the directory of its last name (path_resolution(7)). A link on the way is replaced in the text by its target, in
/// buffers lent from the pool; so depth costs no stack. Dispose gives them back; <see cref="Name"/> is valid until then.
/// </summary>
internal ref struct PathWalk
{
    private const int MaximumLinks = 40;
    private const int MaximumName = 255;

    private readonly FsContext _context;
    private readonly BufferPool _pool;
    private byte[]? _first;
    private byte[]? _second;
    private bool _isInFirst;
    private int _links;

    public PathWalk(FsContext context, BufferPool pool)
    {
        _context = context;
        _pool = pool;
        Directory = null!;
    }

    /// <summary>The directory of the last name, or for a path without one ("/", "..") where it begins.</summary>
    public PathNode Directory { get; private set; }

    /// <summary>The last name; empty for <see cref="LastName.Root"/>.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    public LastName Kind { get; private set; }

    /// <summary>The path ended in a slash: what it names must be a directory.</summary>
    public bool HasTrailingSlash { get; private set; }

    /// <summary>RESOLVE_NO_SYMLINKS: any link is ELOOP.</summary>
    public bool RefusesLinks { get; init; }

    /// <summary>Walks to the last name's directory. Errors: ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG, EIO.</summary>
    public Errno ToParent(PathNode start, ReadOnlySpan<byte> path)
    {
        PathNode node = start;
        ReadOnlySpan<byte> rest = path;
        if (rest.IsEmpty)
        {
            return Errno.ENOENT;
        }

        if (rest[0] == '/')
        {
            node = _context.Root.Topmost;
        }

        rest = SkipSlashes(rest);
        HasTrailingSlash = false;
        if (rest.IsEmpty)
        {
            return Finish(node, LastName.Root, default);
        }

        while (true)
        {
            if (!node.IsDirectory)
            {
                return Errno.ENOTDIR;
            }

            Errno denied = Permission.Check(node.Inode, _context, Access.Execute);
            if (denied != Errno.None)
            {
                return denied;
            }

            int end = rest.IndexOf((byte)'/');
            ReadOnlySpan<byte> name = end < 0 ? rest : rest[..end];
            if (name.Length > MaximumName)
            {
                return Errno.ENAMETOOLONG;
            }

            rest = end < 0 ? default : SkipSlashes(rest[end..]);
            LastName kind = name.SequenceEqual("."u8) ? LastName.Dot : name.SequenceEqual(".."u8) ? LastName.DotDot : LastName.Normal;
            if (rest.IsEmpty)
            {
                HasTrailingSlash = end >= 0;
                return Finish(node, kind, name);
            }

            if (kind == LastName.Dot)
            {
                continue;
            }

            if (kind == LastName.DotDot)
            {
                node = Above(node);
                continue;
            }

            Result<PathNode> found = node.Lookup(name);
            if (!found.IsOk)
            {
                return found.Error;
            }

            PathNode child = found.Value.Topmost;
            if (!child.Inode.IsSymbolicLink)
            {
                node = child;
                continue;
            }

            Errno error = Splice(child.Inode, ref node, ref rest);
            if (error != Errno.None)
            {
                return error;
            }

            if (rest.IsEmpty)
            {
                return Finish(node, LastName.Root, default);
            }
        }
    }

    /// <summary>The last name turned out to be a link: walks on to the directory of its target's last name.</summary>
    public Errno Follow(Inode link)
    {
        PathNode node = Directory;
        ReadOnlySpan<byte> rest = default;
        bool mustBeDirectory = HasTrailingSlash;
        Errno error = Splice(link, ref node, ref rest);
        if (error != Errno.None)
        {
            return error;
        }

        error = rest.IsEmpty ? Finish(node, LastName.Root, default) : ToParent(node, rest);
        HasTrailingSlash |= mustBeDirectory;
        return error;
    }

    /// <summary>The directory above, across mounts, never above the caller's root.</summary>
    public readonly PathNode Above(PathNode node)
    {
        while (node != _context.Root && node.Parent == null && node.MountPoint != null)
        {
            node = node.MountPoint;
        }

        return node == _context.Root ? node : (node.Parent ?? node).Topmost;
    }

    public void Dispose()
    {
        if (_first != null)
        {
            _pool.Return(_first);
            _first = null;
        }

        if (_second != null)
        {
            _pool.Return(_second);
            _second = null;
        }
    }

    private static ReadOnlySpan<byte> SkipSlashes(ReadOnlySpan<byte> path)
    {
        int i = 0;
        while (i < path.Length && path[i] == '/')
        {
            i++;
        }

        return path[i..];
    }

    /// <summary>Puts the link's target before the rest of the path. An absolute target moves to the root.</summary>
    private Errno Splice(Inode link, ref PathNode node, ref ReadOnlySpan<byte> rest)
    {
        if (++_links > MaximumLinks || RefusesLinks)
        {
            return Errno.ELOOP;
        }

        PathNode? target = link.MagicTarget;
        if (target != null)
        {
            node = target;
            return Errno.None;
        }

        // The rest may lie in one buffer: the new text goes to the other.
        _isInFirst = !_isInFirst;
        byte[] buffer = _isInFirst ? _first ??= _pool.Rent() : _second ??= _pool.Rent();
        Result<int> read = link.ReadLink(buffer);
        if (!read.IsOk)
        {
            return read.Error;
        }

        int length = read.Value;
        if (length == 0)
        {
            return Errno.ENOENT;
        }

        if (!rest.IsEmpty)
        {
            if (length + 1 + rest.Length > buffer.Length)
            {
                return Errno.ENAMETOOLONG;
            }

            buffer[length++] = (byte)'/';
            rest.CopyTo(buffer.AsSpan(length));
            length += rest.Length;
        }

        if (buffer[0] == '/')
        {
            node = _context.Root.Topmost;
        }

        rest = SkipSlashes(buffer.AsSpan(0, length));
        return Errno.None;
    }

    private Errno Finish(PathNode directory, LastName kind, ReadOnlySpan<byte> name)
    {
        Directory = directory;
        Kind = kind;
        Name = name;
        return Errno.None;
    }
}
