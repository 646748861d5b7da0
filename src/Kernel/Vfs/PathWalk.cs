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

    private readonly FsContext _context;
    private readonly BufferPool _pool;
    private readonly PathNode _root;
    private readonly WalkFlags _restrictions;
    private byte[]? _first;
    private byte[]? _second;
    private bool _isInFirst;
    private int _links;
    private uint _hash;

    public PathWalk(FsContext context, BufferPool pool)
        : this(context, pool, context.Root, WalkFlags.None)
    {
    }

    /// <summary>A walk from <paramref name="start"/> under the restrictions of openat2(2).</summary>
    public PathWalk(FsContext context, BufferPool pool, PathNode start, WalkFlags restrictions)
    {
        _context = context;
        _pool = pool;
        _restrictions = restrictions & WalkFlags.Restrictions;
        _root = (_restrictions & (WalkFlags.Beneath | WalkFlags.InRoot)) != 0 ? start : context.Root;
        Directory = null!;
    }

    /// <summary>The directory of the last name, or for a path without one ("/", "..") where it begins.</summary>
    public PathNode Directory { get; private set; }

    /// <summary>The last name; empty for <see cref="LastName.Root"/>.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    public LastName Kind { get; private set; }

    /// <summary>The path ended in a slash: what it names must be a directory.</summary>
    public bool HasTrailingSlash { get; private set; }

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
            Errno refused = ToRoot(ref node, isArgument: true);
            if (refused != Errno.None)
            {
                return refused;
            }
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

            int length = NameHash.OfFirst(rest, out uint hash);
            ReadOnlySpan<byte> name = rest[..length];
            bool isLast = length == rest.Length;
            rest = isLast ? default : SkipSlashes(rest[length..]);
            LastName kind = name[0] == '.' ? KindOf(name) : LastName.Normal;
            if (rest.IsEmpty)
            {
                HasTrailingSlash = !isLast;
                _hash = hash;
                return Finish(node, kind, name);
            }

            if (kind == LastName.Dot)
            {
                continue;
            }

            Result<PathNode> found = kind == LastName.DotDot ? Above(node) : Below(node, name, hash);
            if (!found.IsOk)
            {
                return found.Error;
            }

            PathNode child = found.Value;
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

        link.Touch(); // touch_atime in pick_link
        error = rest.IsEmpty ? Finish(node, LastName.Root, default) : ToParent(node, rest);
        HasTrailingSlash |= mustBeDirectory;
        return error;
    }

    /// <summary>What the last name of <see cref="LastName.Normal"/> stands for, mounts on it included. EXDEV when the walk may not cross into one.</summary>
    public readonly Result<PathNode> Last() => Below(Directory, Name, _hash);

    /// <summary>The directory above, across mounts, never above the walk's root; EXDEV when the walk may not go there.</summary>
    public readonly Result<PathNode> Above(PathNode node)
    {
        if (node == _root)
        {
            return (_restrictions & WalkFlags.Beneath) != 0 ? Errno.EXDEV : node;
        }

        PathNode from = node;
        while (node != _root && node.Parent == null && node.MountPoint != null)
        {
            node = node.MountPoint;
        }

        return Crossed(from, node == _root ? node : (node.Parent ?? node).Topmost);
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

    private static LastName KindOf(ReadOnlySpan<byte> name) =>
        name.Length == 1 ? LastName.Dot : name.Length == 2 && name[1] == '.' ? LastName.DotDot : LastName.Normal;

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
        if (++_links > MaximumLinks || (_restrictions & WalkFlags.RefuseLinks) != 0)
        {
            return Errno.ELOOP;
        }

        PathNode? target = link.MagicTarget;
        if (target != null)
        {
            return Jump(ref node, target);
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

        rest = SkipSlashes(buffer.AsSpan(0, length));
        return buffer[0] == '/' ? ToRoot(ref node, isArgument: false) : Errno.None;
    }

    /// <summary>
    /// An absolute path: EXDEV under RESOLVE_BENEATH, or when a link leads from another file system to the root (RESOLVE_NO_XDEV): the
    /// call's own path may be absolute.
    /// </summary>
    private readonly Errno ToRoot(ref PathNode node, bool isArgument)
    {
        PathNode root = _root.Topmost;
        if ((_restrictions & WalkFlags.Beneath) != 0 || (!isArgument && !Crossed(node, root).IsOk))
        {
            return Errno.EXDEV;
        }

        node = root;
        return Errno.None;
    }

    /// <summary>A link of /proc leads anywhere at once; a walk that is kept within a directory cannot follow (fs/namei.c, nd_jump_link).</summary>
    private readonly Errno Jump(ref PathNode node, PathNode target)
    {
        if ((_restrictions & WalkFlags.RefuseMagicLinks) != 0)
        {
            return Errno.ELOOP;
        }

        if ((_restrictions & (WalkFlags.Beneath | WalkFlags.InRoot)) != 0 || !Crossed(node, target).IsOk)
        {
            return Errno.EXDEV;
        }

        node = target;
        return Errno.None;
    }

    private readonly Result<PathNode> Below(PathNode node, ReadOnlySpan<byte> name, uint hash)
    {
        Result<PathNode> found = node.Lookup(name, hash);
        return !found.IsOk || found.Value.Mounted == null ? found : Crossed(node, found.Value.Topmost);
    }

    private readonly Result<PathNode> Crossed(PathNode from, PathNode to) =>
        (_restrictions & WalkFlags.OneFileSystem) != 0 && from.Inode.FileSystem != to.Inode.FileSystem ? Errno.EXDEV : to;

    private Errno Finish(PathNode directory, LastName kind, ReadOnlySpan<byte> name)
    {
        Directory = directory;
        Kind = kind;
        Name = name;
        return Errno.None;
    }
}
