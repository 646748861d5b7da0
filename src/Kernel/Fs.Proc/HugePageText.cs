using System;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/sys/kernel/mm/transparent_hugepage/enabled: the three modes, the one in force in brackets; writing a name chooses it.</summary>
internal sealed class HugePageText(MemoryPolicy policy) : TextSource
{
    public override void Write(ByteText text) => text.Add(policy.HugePages switch
    {
        HugePageMode.Always => "[always] madvise never\n"u8,
        HugePageMode.Advised => "always [madvise] never\n"u8,
        _ => "always madvise [never]\n"u8,
    });

    public override Errno Store(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> name = bytes.TrimEnd((byte)'\n');
        HugePageMode? mode = name.SequenceEqual("always"u8) ? HugePageMode.Always
            : name.SequenceEqual("madvise"u8) ? HugePageMode.Advised
            : name.SequenceEqual("never"u8) ? HugePageMode.Never
            : null;
        if (mode == null)
        {
            return Errno.EINVAL;
        }

        policy.HugePages = mode.Value;
        return Errno.None;
    }
}
