using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>An open namespace: nothing to read, but ioctl_ns(2) says what it is. There is none above it.</summary>
internal sealed class NamespaceFile(PathNode path, OpenFlags flags, int kind) : OpenFile(path, flags)
{
    public override FileGaps Gaps => FileGaps.Read | FileGaps.Write | FileGaps.Splice;

    // Offsets are taken, though nothing can be read at them.
    public override bool IsSeekable => true;

    public override Result<long> Control(uint request, ulong argument, AddressSpace space)
    {
        const uint GetUser = 0xb701;
        const uint GetParent = 0xb702;
        const uint GetType = 0xb703;
        return request switch
        {
            GetType => NamespaceKind.At(kind).CloneFlag,
            GetUser => Errno.EPERM,
            GetParent => NamespaceKind.At(kind).IsNested ? Errno.EPERM : Errno.EINVAL,
            _ => Errno.ENOTTY,
        };
    }
}
