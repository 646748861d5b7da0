using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>One text of a process.</summary>
internal sealed class ProcessTextSource(ProcessText process, ProcessEntryKind kind) : TextSource
{
    public override void Write(ByteText text) => process.Write(kind, text);

    public override Errno TryWrite(ByteText text)
    {
        // What is only written gives nothing, and does not pretend to be empty.
        if (kind == ProcessEntryKind.ClearReferences)
        {
            return Errno.EINVAL;
        }

        Write(text);
        return Errno.None;
    }

    public override Errno Store(ReadOnlySpan<byte> bytes) => process.Store(kind, bytes);
}
