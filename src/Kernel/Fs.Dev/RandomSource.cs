using System;

namespace Mote.Kernel.Fs.Dev;

/// <summary>Where random bytes come from; the kernel's assembler connects it to its generator.</summary>
public abstract class RandomSource
{
    /// <summary>Fills the buffer with bytes fit for keys.</summary>
    public abstract void Fill(Span<byte> buffer);

    /// <summary>Mixes what a program writes into the generator's state.</summary>
    public virtual void Mix(ReadOnlySpan<byte> data)
    {
    }
}
