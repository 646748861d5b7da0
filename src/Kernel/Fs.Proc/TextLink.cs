using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A symbolic link whose target is a generated text.</summary>
internal sealed class TextLink(GeneratedFileSystem home, ulong number, Action<ByteText> write) : GeneratedInode(home, number, FileType.SymbolicLink, 0x1ff)
{
    public override Result<int> ReadLink(Span<byte> target)
    {
        ByteText text = Home.RentText();
        write(text);
        int length = Math.Min(text.Length, target.Length);
        text.Bytes[..length].CopyTo(target);
        Home.ReturnText(text);
        return length;
    }
}
