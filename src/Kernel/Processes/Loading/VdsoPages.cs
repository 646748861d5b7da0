using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>The two pages that every program gets for asking the time without a system call: data, and behind it the code (vdso(7)).</summary>
public sealed class VdsoPages : PageSource
{
    private readonly Frame _data;
    private readonly Frame _code;

    private VdsoPages(Frame data, Frame code)
    {
        _data = data;
        _code = code;
    }

    public override ulong Length => 2 * 4096;

    public override bool IsWritable => false;

    /// <summary>Makes the pages. Null when the machine has no code for them (the hosted one) or no memory.</summary>
    public static VdsoPages? Create(long wallOffsetNs)
    {
        ReadOnlySpan<byte> image = Vdso.Image;
        if (image.IsEmpty || !Frame.TryAllocate(FrameFill.Zero, out Frame data) || !Frame.TryAllocate(FrameFill.Zero, out Frame code))
        {
            return null;
        }

        code.Write(0, image);
        VdsoPages pages = new(data, code);
        pages.SetWallOffset(wallOffsetNs);
        return pages;
    }

    /// <summary>The wall clock was set: its offset from the monotonic clock, nanoseconds.</summary>
    public void SetWallOffset(long wallOffsetNs) => Vdso.WriteData(_data, wallOffsetNs);

    public override Result<Frame> TryGetPage(ulong pageIndex, bool forWriting) => pageIndex switch
    {
        0 => _data,
        1 => _code,
        _ => Errno.ENXIO,
    };
}
