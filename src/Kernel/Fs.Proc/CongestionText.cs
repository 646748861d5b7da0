using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;

namespace Mote.Kernel.Fs.Proc;

/// <summary>
/// net.ipv4.tcp_congestion_control: what new TCP sockets have. ENOENT for one that there is not, as where Linux finds no module for it.
/// </summary>
internal sealed class CongestionText(NetStackOptions options) : TextSource
{
    public override void Write(ByteText text) => text.Add(options.TcpIsReno ? "reno\n"u8 : "cubic\n"u8);

    public override Errno Store(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> name = bytes.Trim(" \t\n\0"u8);
        bool isReno = name.SequenceEqual("reno"u8);
        if (!isReno && !name.SequenceEqual("cubic"u8))
        {
            return Errno.ENOENT;
        }

        options.TcpIsReno = isReno;
        return Errno.None;
    }
}
