using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Erofs;

/// <summary>
/// A read-only EROFS image without compression, used in place: reading copies straight out of the image, and a file's pages are the image's own frames. Whatever is
/// wrong in the image is EIO for the call that meets it. Supported: plain and inline data, compact and extended inodes; not: compression, chunks, extra devices.
/// Extended attributes are passed over.
/// </summary>
public sealed class ErofsFileSystem : FileSystem
{
    // Files with several names, so that each name gives the same inode. Directories have one name.
    private readonly Dictionary<ulong, ErofsInode> _linked = new();
    private ErofsInode? _root;

    private ErofsFileSystem(ErofsImage image) => Image = image;

    public override string TypeName => "erofs";

    public override uint Magic => ErofsFormat.Magic;

    public override Inode Root => _root!;

    public override bool IsReadOnly => true;

    public override FileSystemStatistics Statistics => new()
    {
        BlockSize = ErofsFormat.BlockSize,
        Blocks = Image.BlockCount,
        Files = Image.InodeCount,
    };

    internal ErofsImage Image { get; }

    /// <summary>Opens an image. Errors: EINVAL (no EROFS image, or one that needs features which are missing here), EIO (damaged or truncated).</summary>
    public static Result<ErofsFileSystem> Open(ErofsMedium medium)
    {
        if (!ErofsImage.Open(medium).TryGet(out ErofsImage image))
        {
            return ErofsImage.Open(medium).Error;
        }

        ErofsFileSystem fileSystem = new(image);
        if (!fileSystem.GetInode(image.RootNid).TryGet(out ErofsInode root) || !root.IsDirectory)
        {
            return Errno.EIO;
        }

        fileSystem._root = root;
        return fileSystem;
    }

    /// <summary>The inode at a position in the image. Errors: EIO.</summary>
    internal Result<ErofsInode> GetInode(ulong nid)
    {
        if (_linked.TryGetValue(nid, out ErofsInode? known))
        {
            return known;
        }

        Errno error = Image.TryReadNode(nid, out ErofsNode node);
        if (error != Errno.None)
        {
            return error;
        }

        ErofsInode inode = new(this, node);
        if (node.Links > 1 && !inode.IsDirectory)
        {
            _linked.Add(nid, inode);
        }

        return inode;
    }
}
