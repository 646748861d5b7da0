using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A file that takes a number as a request, which there is nothing to do for, and gives nothing to read.</summary>
internal sealed class RequestText(int least, int most) : TextSource
{
    public override void Write(ByteText text)
    {
    }

    public override Errno Store(ReadOnlySpan<byte> bytes)
    {
        foreach (ReadOnlySpan<byte> word in new WordWalk(bytes))
        {
            return NumberText.TryParse(word, out long number) && number >= least && number <= most ? Errno.None : Errno.EINVAL;
        }

        return Errno.EINVAL;
    }
}
