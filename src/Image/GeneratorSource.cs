using System;
using Mote.Kernel.Fs.Dev;
using Mote.Kernel.Random;

namespace Mote.Image;

/// <summary>/dev/urandom's bytes from the kernel's generator.</summary>
internal sealed class GeneratorSource : RandomSource
{
    /// <summary>The generator; set once processes can exist.</summary>
    public EntropyPool? Generator { get; set; }

    public override void Fill(Span<byte> buffer) => Generator!.Fill(buffer);

    public override void Mix(ReadOnlySpan<byte> data) => Generator!.Stir(data);
}
