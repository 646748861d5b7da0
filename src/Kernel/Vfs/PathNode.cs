using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>
/// A name in the tree and the inode it stands for: what an open file, a working directory and a mount point hold on to. It stays the same
/// object while the name exists, follows renames, and keeps its last name when it is removed.
/// </summary>
public sealed class PathNode : NamedNode
{
    private const int MaximumName = 255; // NAME_MAX

    private NameTable<PathNode>? _children;

    private PathNode(PathNode? parent, ReadOnlySpan<byte> name, Inode inode)
        : base(name)
    {
        Parent = parent;
        Inode = inode;
    }

    public Inode Inode { get; }

    /// <summary>The directory it is in; null for the root of a file system and for what has no place in the tree (pipes, memory files).</summary>
    public PathNode? Parent { get; private set; }

    /// <summary>The name was removed.</summary>
    public bool IsDeleted { get; private set; }

    public bool IsDirectory => Inode.IsDirectory;

    /// <summary>The root of the file system that is mounted here and hides this directory.</summary>
    public PathNode? Mounted { get; private set; }

    /// <summary>For the root of a mounted file system: the directory that it hides.</summary>
    public PathNode? MountPoint { get; private set; }

    /// <summary>Whether it has no place in the tree: a pipe, an event file, a file without name.</summary>
    public bool IsDetached => Parent == null && MountPoint == null && !IsFileSystemRoot;

    private bool IsFileSystemRoot { get; init; }

    /// <summary>The root of a file system.</summary>
    public static PathNode CreateRoot(FileSystem fileSystem) => new(null, default, fileSystem.Root) { IsFileSystemRoot = true };

    /// <summary>Something outside of the tree; the name is what /proc/self/fd shows, "pipe:[7]".</summary>
    public static PathNode CreateDetached(ReadOnlySpan<byte> name, Inode inode) => new(null, name, inode);

    /// <summary>The topmost file system mounted here, or the node itself.</summary>
    public PathNode Topmost
    {
        get
        {
            PathNode node = this;
            while (node.Mounted != null)
            {
                node = node.Mounted;
            }

            return node;
        }
    }

    /// <summary>The child of a name, below any mount on it. ENOENT, ENOTDIR, EIO.</summary>
    public Result<PathNode> Lookup(ReadOnlySpan<byte> name) => Lookup(name, NameHash.Of(name));

    /// <summary>The same for a name whose hash is known.</summary>
    internal Result<PathNode> Lookup(ReadOnlySpan<byte> name, uint hash)
    {
        if (name.Length > MaximumName)
        {
            return Errno.ENAMETOOLONG;
        }

        PathNode? known = _children?.Find(name, hash);
        if (known != null)
        {
            return known;
        }

        Result<Inode> found = Inode.Lookup(name);
        return found.IsOk ? AddChild(name, found.Value) : found.Error;
    }

    /// <summary>The node of a child that was just found or made.</summary>
    public PathNode AddChild(ReadOnlySpan<byte> name, Inode inode)
    {
        PathNode child = new(this, name, inode);
        if (inode.FileSystem.CachesNames)
        {
            _children ??= new NameTable<PathNode>();
            _children.Add(child);
        }

        return child;
    }

    /// <summary>The child's name is no more.</summary>
    public void RemoveChild(PathNode child)
    {
        _children?.Remove(child);
        child.IsDeleted = true;
    }

    /// <summary>The child got another place.</summary>
    internal void MoveChild(PathNode child, PathNode newParent, ReadOnlySpan<byte> newName)
    {
        _children?.Remove(child);
        child.Parent = newParent;
        child.SetName(newName);
        newParent._children ??= new NameTable<PathNode>();
        newParent._children.Add(child);
    }

    /// <summary>Two children change places.</summary>
    internal static void Exchange(PathNode first, PathNode second)
    {
        PathNode firstParent = first.Parent!;
        PathNode secondParent = second.Parent!;
        byte[] firstName = first.Name.ToArray();
        byte[] secondName = second.Name.ToArray();
        firstParent._children?.Remove(first);
        secondParent._children?.Remove(second);
        first.PlaceAt(secondParent, secondName);
        second.PlaceAt(firstParent, firstName);
    }

    internal void Mount(PathNode root)
    {
        Mounted = root;
        root.MountPoint = this;
    }

    /// <summary>Whether this is <paramref name="other"/> or lies above it in the same file system.</summary>
    internal bool IsAncestorOf(PathNode other)
    {
        for (PathNode? node = other; node != null; node = node.Parent)
        {
            if (node == this)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Writes the absolute path as seen from <paramref name="root"/>, without NUL; detached nodes give their name, removed ones end in
    /// " (deleted)", ones outside of the root begin with "(unreachable)". Returns the length, or ENAMETOOLONG when the buffer is short.
    /// </summary>
    public Result<int> WritePath(PathNode root, Span<byte> buffer)
    {
        if (IsDetached)
        {
            return Name.TryCopyTo(buffer) ? Name.Length : Errno.ENAMETOOLONG;
        }

        int start = buffer.Length;
        if (IsDeleted && !Prepend(buffer, ref start, " (deleted)"u8))
        {
            return Errno.ENAMETOOLONG;
        }

        bool isEmpty = true;
        PathNode node = this;
        while (node != root)
        {
            if (node.Parent == null)
            {
                if (node.MountPoint == null)
                {
                    // The file system's root, reached without meeting the caller's: above it (chroot) or the root itself.
                    break;
                }

                node = node.MountPoint;
                continue;
            }

            if (!Prepend(buffer, ref start, node.Name) || !Prepend(buffer, ref start, "/"u8))
            {
                return Errno.ENAMETOOLONG;
            }

            isEmpty = false;
            node = node.Parent;
        }

        if (isEmpty && !Prepend(buffer, ref start, "/"u8))
        {
            return Errno.ENAMETOOLONG;
        }

        if (node != root && !Prepend(buffer, ref start, "(unreachable)"u8))
        {
            return Errno.ENAMETOOLONG;
        }

        buffer[start..].CopyTo(buffer);
        return buffer.Length - start;
    }

    private static bool Prepend(Span<byte> buffer, ref int start, ReadOnlySpan<byte> text)
    {
        if (text.Length > start)
        {
            return false;
        }

        start -= text.Length;
        text.CopyTo(buffer[start..]);
        return true;
    }

    private void PlaceAt(PathNode parent, ReadOnlySpan<byte> name)
    {
        Parent = parent;
        SetName(name);
        parent._children ??= new NameTable<PathNode>();
        parent._children.Add(this);
    }
}
