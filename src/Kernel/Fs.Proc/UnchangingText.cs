using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A setting with one possible value: writing that is no change, anything else is out of range (EINVAL).</summary>
internal sealed class UnchangingText(string text) : TextSource
{
    public override void Write(ByteText output) => output.Add(text);

    public override Errno Store(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<char> own = text;
        foreach (ReadOnlySpan<byte> part in new WordWalk(bytes))
        {
            own = own.TrimStart();
            int length = own.IndexOfAny("\t \n");
            ReadOnlySpan<char> word = length < 0 ? own : own[..length];
            if (!System.Text.Ascii.Equals(part, word))
            {
                return Errno.EINVAL;
            }

            own = own[word.Length..];
        }

        return Errno.None;
    }
}
