using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A file that is there and cannot be read or written: what it would tell does not exist for this device.</summary>
internal sealed class FailingText(Errno error) : TextSource
{
    public override void Write(ByteText text)
    {
    }

    public override Errno TryWrite(ByteText text) => error;
}
