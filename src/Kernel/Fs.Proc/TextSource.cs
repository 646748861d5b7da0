using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>The contents of a generated file.</summary>
internal abstract class TextSource
{
    /// <summary>Writes the whole text as it is now.</summary>
    public abstract void Write(ByteText text);

    /// <summary>As <see cref="Write"/>, for a text that may fail to be read.</summary>
    public virtual Errno TryWrite(ByteText text)
    {
        Write(text);
        return Errno.None;
    }

    /// <summary>A program wrote to the file. EIO: it cannot be written.</summary>
    public virtual Errno Store(ReadOnlySpan<byte> bytes) => Errno.EIO;
}
