using System;
using System.Collections.Generic;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>
/// The one tree of all mounted file systems and what can be done with paths in it. Every call takes who asks (<see cref="FsContext"/>), the directory where relative paths
/// start, and a path of bytes without NUL. The order of errors is Linux's (fs/namei.c).
/// </summary>
public sealed partial class FileTree
{
    private readonly List<Mount> _mounts = [];
    private uint _lastDevice;
    private uint _lastCookie;

    public FileTree(FileSystem root, FileClock clock)
    {
        Clock = clock;
        root.Device = NextDevice();
        Root = PathNode.CreateRoot(root);
        _mounts.Add(new Mount(root, Root, "/", "rw,relatime"));
        Anonymous = new AnonymousFileSystem(clock, 0x09041934, NextDevice());
        Pipes = new AnonymousFileSystem(clock, 0x50495045, NextDevice());
        Sockets = new AnonymousFileSystem(clock, 0x534f434b, NextDevice());
    }

    /// <summary>The root of the root file system.</summary>
    public PathNode Root { get; }

    public FileClock Clock { get; }

    /// <summary>Buffers for paths and small copies.</summary>
    public BufferPool Buffers { get; } = new();

    /// <summary>Home of event files and the like (ANON_INODE_FS_MAGIC).</summary>
    public AnonymousFileSystem Anonymous { get; }

    /// <summary>Home of pipes (PIPEFS_MAGIC).</summary>
    public AnonymousFileSystem Pipes { get; }

    /// <summary>Home of sockets (SOCKFS_MAGIC).</summary>
    public AnonymousFileSystem Sockets { get; }

    /// <summary>What interest lists share.</summary>
    internal EpollGraph Epolls { get; } = new();

    /// <summary>How much of epoll is in use.</summary>
    public EpollUse EpollItems => Epolls.Use;

    /// <summary>How much of inotify is in use.</summary>
    public InotifyUse Inotify { get; } = new();

    /// <summary>What is mounted, in order.</summary>
    public IReadOnlyList<Mount> Mounts => _mounts;

    /// <summary>The number that /proc/self/mountinfo gives to the mount on which a node lies; 0 for what is not mounted.</summary>
    public int MountIdOf(PathNode node)
    {
        for (int i = 0; i < _mounts.Count; i++)
        {
            if (_mounts[i].FileSystem == node.Inode.FileSystem)
            {
                return Mount.FirstId + i;
            }
        }

        return 0;
    }

    /// <summary>An st_dev for a file system that is never mounted.</summary>
    public ulong ReserveDevice() => NextDevice();

    /// <summary>Whether a file system is mounted with "nosuid".</summary>
    public bool IgnoresSetIds(FileSystem fileSystem)
    {
        foreach (Mount mount in _mounts)
        {
            if (mount.FileSystem == fileSystem)
            {
                return mount.Options.Contains("nosuid", System.StringComparison.Ordinal);
            }
        }

        return false;
    }

    /// <summary>Mounts a file system on a directory that exists. ENOENT, ENOTDIR.</summary>
    public Errno MountAt(ReadOnlySpan<byte> path, FileSystem fileSystem, string options)
    {
        FsContext everything = new(Root);
        if (!Resolve(everything, Root, path, WalkFlags.Follow | WalkFlags.Directory).TryGet(out PathNode place))
        {
            return Errno.ENOENT;
        }

        fileSystem.Device = NextDevice();
        PathNode root = PathNode.CreateRoot(fileSystem);
        place.Mount(root);
        _mounts.Add(new Mount(fileSystem, root, System.Text.Encoding.UTF8.GetString(path), options));
        return Errno.None;
    }

    /// <summary>The node that a path names. Errors: those of <see cref="PathWalk.ToParent"/>, ENOENT, ENOTDIR (a trailing slash or <see cref="WalkFlags.Directory"/>).</summary>
    public Result<PathNode> Resolve(FsContext context, PathNode start, ReadOnlySpan<byte> path, WalkFlags flags)
    {
        using PathWalk walk = new(context, Buffers, start, flags);
        Errno error = walk.ToParent(start, path);
        while (error == Errno.None)
        {
            Result<PathNode> last = Last(context, in walk);
            if (!last.IsOk)
            {
                return last;
            }

            PathNode node = last.Value;
            if (node.Inode.IsSymbolicLink && walk.Kind == LastName.Normal && ((flags & WalkFlags.Follow) != 0 || walk.HasTrailingSlash))
            {
                error = walk.Follow(node.Inode);
                continue;
            }

            bool mustBeDirectory = walk.HasTrailingSlash || (flags & WalkFlags.Directory) != 0;
            return mustBeDirectory && !node.IsDirectory ? Errno.ENOTDIR : node;
        }

        return error;
    }

    /// <summary>What the walk's last component is now, mounts on it included.</summary>
    private static Result<PathNode> Last(FsContext context, in PathWalk walk)
    {
        switch (walk.Kind)
        {
            case LastName.Root:
            case LastName.Dot:
                return walk.Directory;
            case LastName.DotDot:
                return walk.Above(walk.Directory);
            default:
                return walk.Last();
        }
    }

    private ulong NextDevice() => DeviceNumber.Make(0, ++_lastDevice + 20);
}
