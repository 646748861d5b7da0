using System;

namespace Mote.Kernel.Vfs;

/// <summary>The home of inodes without a place in the tree: pipes, event files, console streams. It is never mounted.</summary>
public sealed class AnonymousFileSystem : FileSystem
{
    private ulong _lastInode = 1;

    public AnonymousFileSystem(FileClock clock, uint magic, ulong device)
    {
        Clock = clock;
        Magic = magic;
        Device = device;
    }

    public override string TypeName => "anon_inodefs";

    public override uint Magic { get; }

    public override Inode Root => throw new InvalidOperationException("Nothing is rooted here.");

    public FileClock Clock { get; }

    public ulong NextInode() => ++_lastInode;
}
