using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Memory;

/// <summary>The pages of a shared anonymous mapping (MAP_SHARED with MAP_ANONYMOUS): zero until they are touched, kept while an area refers to them.</summary>
public sealed class SharedMemory : PageSource
{
    private readonly FrameTree _frames = new();
    private int _references;

    public SharedMemory(ulong length) => Length = length;

    public override ulong Length { get; }

    public override bool IsWritable => true;

    public override Result<Frame> TryGetPage(ulong pageIndex, bool forWriting)
    {
        if (pageIndex >= PageBits.Up(Length) >> PageBits.Shift)
        {
            return Errno.ENXIO;
        }

        Frame frame = _frames.Find(pageIndex);
        if (!frame.IsNone)
        {
            return frame;
        }

        if (!Frame.TryAllocate(FrameFill.Zero, out frame))
        {
            return Errno.ENOMEM;
        }

        if (!_frames.TryAdd(pageIndex, frame))
        {
            frame.Release();
            return Errno.ENOMEM;
        }

        return frame;
    }

    public override Errno Discard(ulong firstPage, ulong endPage)
    {
        for (ulong i = _frames.Next(firstPage); i < endPage; i = _frames.Next(i + 1))
        {
            _frames.Remove(i).Release();
        }

        return Errno.None;
    }

    /// <summary>An area more shows the memory.</summary>
    internal void AddReference() => _references++;

    /// <summary>An area less; the last one gives the frames back.</summary>
    internal void Release()
    {
        if (--_references > 0)
        {
            return;
        }

        for (ulong i = _frames.Next(0); i != ulong.MaxValue; i = _frames.Next(i + 1))
        {
            _frames.Remove(i).Release();
        }
    }
}
