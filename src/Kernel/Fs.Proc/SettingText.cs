using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A setting that programs may write and that means nothing here but what it is read back as.</summary>
internal sealed class SettingText(string text) : TextSource
{
    private byte[]? _written;

    public override void Write(ByteText output)
    {
        if (_written == null)
        {
            output.Add(text);
        }
        else
        {
            output.Add(_written);
        }
    }

    public override Errno Store(ReadOnlySpan<byte> bytes)
    {
        _written = bytes.EndsWith("\n"u8) ? bytes.ToArray() : [.. bytes, (byte)'\n'];
        return Errno.None;
    }
}
