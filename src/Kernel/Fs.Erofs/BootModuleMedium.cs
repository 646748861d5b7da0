using System;
using Mote.Machine;

namespace Mote.Kernel.Fs.Erofs;

/// <summary>The image that the boot loader put into memory (the initrd).</summary>
public sealed class BootModuleMedium : ErofsMedium
{
    public override ReadOnlySpan<byte> Bytes => BootInfo.Module;

    public override Frame FrameOf(uint block) => BootInfo.ModuleFrame(block);
}
