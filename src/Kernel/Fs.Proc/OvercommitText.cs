using System;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/sys/vm/overcommit_memory: 0 or 1 (proc(5)). There is no account of what is promised, so 2 is EINVAL.</summary>
internal sealed class OvercommitText(MemoryPolicy policy) : TextSource
{
    public override void Write(ByteText text) => text.Add(policy.AlwaysOvercommits ? "1\n"u8 : "0\n"u8);

    public override Errno Store(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> number = bytes.Trim(" \t\n"u8);
        if (number is not [(byte)'0' or (byte)'1'])
        {
            return Errno.EINVAL;
        }

        policy.AlwaysOvercommits = number[0] == '1';
        return Errno.None;
    }
}
