using System;
using Mote.Machine;

namespace Mote.Kernel.Fs.Erofs;

/// <summary>Where an image lies: memory that never changes, in frames that can be mapped into programs.</summary>
public abstract class ErofsMedium
{
    /// <summary>The whole image, from a page's start. Hostile: nothing in it is true before it was checked.</summary>
    public abstract ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The frame that holds a 4 KiB block of the image; the block's first byte must lie inside <see cref="Bytes"/>.</summary>
    public abstract Frame FrameOf(uint block);
}
