using System;
using Mote.Kernel.Fs.Erofs;
using Mote.Machine;

namespace Mote.Tests.Unit.Erofs;

/// <summary>An image in an array, with frames that are none.</summary>
internal sealed class MemoryMedium(byte[] image) : ErofsMedium
{
    public override ReadOnlySpan<byte> Bytes => image;

    public override Frame FrameOf(uint block)
    {
        // What the real medium would refuse by an exception must not be asked for.
        Xunit.Assert.True(((long)block << 12) < image.Length, "a block outside the image was asked for");
        return Frame.None;
    }
}
