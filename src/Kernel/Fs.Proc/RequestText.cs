using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A file that takes a number as a request, which there may be something to do for, and gives nothing to read.</summary>
internal sealed class RequestText(int least, int most, Action? act = null) : TextSource
{
    public override void Write(ByteText text)
    {
    }

    public override Errno Store(ReadOnlySpan<byte> bytes)
    {
        foreach (ReadOnlySpan<byte> word in new WordWalk(bytes))
        {
            if (!NumberText.TryParse(word, out long number) || number < least || number > most)
            {
                return Errno.EINVAL;
            }

            act?.Invoke();
            return Errno.None;
        }

        return Errno.EINVAL;
    }
}
