using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Ram;

/// <summary>
/// A writable file system in memory. On its own it is tmpfs; over a read-only one it is the writable layer of the root: every inode of the lower file system is taken over
/// when it is first looked up, with its attributes, and keeps reading the lower one's data where it lies until a page is written. So nothing is copied as a whole,
/// directories can be renamed, and an open file and its path never disagree about what was written.
/// </summary>
public sealed class RamFileSystem : FileSystem
{
    private const uint TmpfsMagic = 0x01021994;
    private const uint OverlayMagic = 0x794c7630;

    // Above the numbers of any lower file system, whose inodes keep theirs.
    private const ulong FirstOwnInode = 1UL << 32;

    private readonly Dictionary<ulong, RamInode> _takenOver = [];
    private readonly bool _isLayer;
    private readonly FileSystemStatistics _lower;
    private ulong _lastInode;

    /// <summary>An empty tmpfs that holds up to <paramref name="maximumBytes"/>; its root has <paramref name="rootMode"/>.</summary>
    public RamFileSystem(FileClock clock, DeviceTable devices, ulong maximumBytes, uint rootMode)
    {
        Clock = clock;
        Devices = devices;
        MaximumPages = maximumBytes >> PageSize.Shift;
        RootDirectory = new RamDirectory(this, new NewInode(FileType.Directory, rootMode, 0, 0));
    }

    /// <summary>A layer over a read-only file system; what is written may take up to <paramref name="maximumBytes"/>.</summary>
    public RamFileSystem(FileClock clock, DeviceTable devices, ulong maximumBytes, FileSystem lower)
    {
        Clock = clock;
        Devices = devices;
        MaximumPages = maximumBytes >> PageSize.Shift;
        _isLayer = true;
        _lastInode = FirstOwnInode;
        _lower = lower.Statistics;
        lower.Root.GetAttributes(out InodeAttributes attributes);
        RootDirectory = new RamDirectory(this, lower.Root, attributes);
        _takenOver[lower.Root.Number] = RootDirectory;
    }

    /// <summary>Whether it is the writable layer of the root, which programs take for a disk, rather than a tmpfs.</summary>
    internal bool IsLayer => _isLayer;

    public override bool WritesBack => _isLayer;

    public override string TypeName => _isLayer ? "overlay" : "tmpfs";

    public override uint Magic => _isLayer ? OverlayMagic : TmpfsMagic;

    public override Inode Root => RootDirectory;

    /// <summary>What lies below a layer is space in use. Both count in pages.</summary>
    public override FileSystemStatistics Statistics => new()
    {
        BlockSize = PageSize.Bytes,
        Blocks = MaximumPages + (_lower.BlockSize == PageSize.Bytes ? _lower.Blocks - _lower.FreeBlocks : 0),
        FreeBlocks = MaximumPages - UsedPages,
        Files = MaximumPages + _lower.Files - _lower.FreeFiles,
        FreeFiles = MaximumPages - UsedPages,
    };

    internal RamDirectory RootDirectory { get; }

    internal FileClock Clock { get; }

    internal DeviceTable Devices { get; }

    internal ulong MaximumPages { get; }

    internal ulong UsedPages { get; private set; }

    internal ulong NextInode() => ++_lastInode;

    /// <summary>A frame for a file's page; false is ENOSPC, of the file system or of the machine.</summary>
    internal bool TryTakePage(FrameFill fill, out Frame frame)
    {
        if (UsedPages >= MaximumPages || !Frame.TryAllocate(fill, out frame))
        {
            frame = Frame.None;
            return false;
        }

        UsedPages++;
        return true;
    }

    internal void GiveBackPage(Frame frame)
    {
        frame.Release();
        UsedPages--;
    }

    /// <summary>This layer's inode for one of the lower file system; always the same one.</summary>
    internal RamInode TakeOver(Inode lower)
    {
        if (_takenOver.TryGetValue(lower.Number, out RamInode? known))
        {
            return known;
        }

        lower.GetAttributes(out InodeAttributes attributes);
        RamInode inode = lower.Type switch
        {
            FileType.Directory => new RamDirectory(this, lower, attributes),
            FileType.Regular => new RamFile(this, lower, attributes),
            FileType.SymbolicLink => new RamLink(this, lower, attributes),
            _ => new RamSpecial(this, lower.Number, attributes),
        };
        _takenOver.Add(lower.Number, inode);
        return inode;
    }
}
