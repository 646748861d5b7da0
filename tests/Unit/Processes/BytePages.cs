using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Tests.Unit.Processes;

/// <summary>A file that is an array of bytes.</summary>
internal sealed class BytePages(byte[] bytes) : PageSource
{
    private readonly Frame[] _frames = new Frame[(bytes.Length + 4095) / 4096];

    public override ulong Length => (ulong)bytes.Length;

    public override bool IsWritable => false;

    public override Result<Frame> TryGetPage(ulong pageIndex, bool forWriting)
    {
        if (pageIndex >= (ulong)_frames.Length)
        {
            return Errno.ENXIO;
        }

        ref Frame frame = ref _frames[pageIndex];
        if (frame.IsNone)
        {
            Assert(Frame.TryAllocate(FrameFill.Zero, out frame));
            int offset = (int)pageIndex * 4096;
            frame.Write(0, bytes.AsSpan(offset, Math.Min(4096, bytes.Length - offset)));
        }

        return frame;
    }

    /// <summary>Gives the frames back.</summary>
    public void Release()
    {
        foreach (Frame frame in _frames)
        {
            if (!frame.IsNone)
            {
                frame.Release();
            }
        }
    }

    private static void Assert(bool holds) => Xunit.Assert.True(holds);
}
