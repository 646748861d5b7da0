using System;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A text written by a method.</summary>
internal sealed class WrittenText(Action<ByteText> write) : TextSource
{
    public override void Write(ByteText text) => write(text);
}
