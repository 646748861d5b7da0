using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>
/// An open directory. Positions 0 and 1 are "." and ".."; the inode's own positions follow, moved up by two.
/// </summary>
public sealed class DirectoryFile(PathNode path, OpenFlags flags) : OpenFile(path, flags)
{
    private const ulong OwnEntries = 2;

    public override bool IsSeekable => true;

    public override FileGaps Gaps => FileGaps.VectorRead | FileGaps.Splice;

    public override PageSource? Pages => null;

    public override Result<long> Read(ref DataSink to) => Errno.EISDIR;

    public override Result<long> ReadAt(ulong offset, ref DataSink to) => Errno.EISDIR;

    public override Result<long> Seek(long offset, SeekOrigin origin)
    {
        long? largest = Inode.FileSystem.LargestDirectoryOffset;
        if ((origin is SeekOrigin.Data or SeekOrigin.Hole) && largest != null)
        {
            return Errno.ENXIO; // beyond a size of 0
        }

        long target = origin switch
        {
            SeekOrigin.Start => offset,
            SeekOrigin.Current => unchecked((long)Position + offset),
            SeekOrigin.End when largest != null => offset,
            _ => -1,
        };
        if (target < 0 || target > largest)
        {
            return Errno.EINVAL;
        }

        Position = (ulong)target;
        return target;
    }

    public override Errno Sync() => Inode.FileSystem.LargestDirectoryOffset == null ? Errno.None : Errno.EINVAL;

    public override Errno ReadDirectory(DirectorySink sink)
    {
        if (Path.IsDeleted)
        {
            return Errno.ENOENT;
        }

        Errno error = Offer(sink);
        FileNotices.Post(Path, FileEvents.Access);
        return error;
    }

    private Errno Offer(DirectorySink sink)
    {

        if (Position == 0)
        {
            if (!sink.TryAdd("."u8, Inode.Number, FileType.Directory, 1))
            {
                return Errno.None;
            }

            Position = 1;
        }

        if (Position == 1)
        {
            PathNode above = Path.Parent ?? Path.MountPoint?.Parent ?? Path;
            if (!sink.TryAdd(".."u8, above.Inode.Number, FileType.Directory, OwnEntries))
            {
                return Errno.None;
            }

            Position = OwnEntries;
        }

        Forwarder forwarder = new(this, sink);
        Errno error = Inode.ReadDirectory(Position - OwnEntries, forwarder);
        if (error == Errno.None)
        {
            Inode.Touch();
        }

        return error;
    }

    private sealed class Forwarder(DirectoryFile file, DirectorySink sink) : DirectorySink
    {
        public override bool TryAdd(ReadOnlySpan<byte> name, ulong inode, FileType type, ulong next)
        {
            if (!sink.TryAdd(name, inode, type, next + OwnEntries))
            {
                return false;
            }

            file.Position = next + OwnEntries;
            return true;
        }
    }
}
