using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/sys/kernel/hostname and domainname: the names of uname(2), up to the first line's end (proc_dostring in kernel/sysctl.c).</summary>
internal sealed class NameText(SystemNames names, bool isDomain) : TextSource
{
    public override void Write(ByteText text) => text.Add(isDomain ? names.Domain : names.Host).Add("\n"u8);

    public override Errno Store(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOfAny("\n\0"u8);
        ReadOnlySpan<byte> name = end < 0 ? bytes : bytes[..end];
        byte[] kept = name[..Math.Min(name.Length, SystemNames.LongestName)].ToArray();
        if (isDomain)
        {
            names.Domain = kept;
        }
        else
        {
            names.Host = kept;
        }

        return Errno.None;
    }
}
