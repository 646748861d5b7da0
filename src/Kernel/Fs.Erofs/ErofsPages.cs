using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Erofs;

/// <summary>A file's pages: the image's frames, never written. Data behind the inode lies on no page of its own; it is copied to one when first mapped.</summary>
internal sealed class ErofsPages : PageSource
{
    private readonly ErofsImage _image;
    private readonly ErofsNode _node;
    private Frame _tail;

    internal ErofsPages(ErofsImage image, in ErofsNode node)
    {
        _image = image;
        _node = node;
    }

    public override ulong Length => _node.Size;

    public override bool IsWritable => false;

    public override Result<Frame> TryGetPage(ulong pageIndex, bool forWriting)
    {
        if (forWriting)
        {
            return Errno.EROFS;
        }

        if (pageIndex >= PageSize.RoundUp(_node.Size) >> PageSize.Shift)
        {
            return Errno.ENXIO;
        }

        ulong offset = pageIndex << PageSize.Shift;
        if (offset < _node.BlockBytes)
        {
            // The node's range was checked, so this lies inside the image.
            return _image.Medium.FrameOf((uint)(_node.FirstBlock + pageIndex));
        }

        if (_tail.IsNone)
        {
            if (!Frame.TryAllocate(FrameFill.Zero, out Frame frame))
            {
                return Errno.ENOMEM;
            }

            frame.Write(0, _image.DataAt(_node, offset));
            _tail = frame;
        }

        return _tail;
    }
}
