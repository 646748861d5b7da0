using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Memory;

/// <summary>The pages of a shared anonymous mapping (MAP_SHARED with MAP_ANONYMOUS): zero until they are touched, kept while an area refers to them.</summary>
public sealed class SharedMemory : PageSource
{
    // Of the table when it grows to more than twice its size.
    private const long BytesEach = 80;

    private readonly Dictionary<ulong, Frame> _frames = [];
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

        if (_frames.TryGetValue(pageIndex, out Frame frame))
        {
            return frame;
        }

        bool isFull = _frames.Count == _frames.Capacity;
        if ((isFull && !KernelHeap.CanAllocate(_frames.Count * BytesEach)) || !Frame.TryAllocate(FrameFill.Zero, out frame))
        {
            return Errno.ENOMEM;
        }

        _frames.Add(pageIndex, frame);
        return frame;
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

        foreach (Frame frame in _frames.Values)
        {
            frame.Release();
        }

        _frames.Clear();
    }
}
