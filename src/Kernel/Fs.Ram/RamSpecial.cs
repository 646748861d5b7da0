using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Ram;

/// <summary>A FIFO, socket or device file: a name for something that lives elsewhere.</summary>
internal sealed class RamSpecial : RamInode
{
    private readonly ulong _device;
    private Pipe? _pipe;

    public RamSpecial(RamFileSystem home, in NewInode what)
        : base(home, what)
    {
        _device = what.Device;
    }

    public RamSpecial(RamFileSystem home, ulong number, in InodeAttributes attributes)
        : base(home, number, attributes)
    {
        _device = attributes.Device;
    }

    public override ulong Size => 0;

    protected override ulong DeviceNumber => _device;

    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) => Type switch
    {
        FileType.CharacterDevice => Home.Devices.Open(_device, path, flags),
        FileType.Fifo when (flags & OpenFlags.AccessMask) == OpenFlags.AccessMask => Errno.EINVAL,
        FileType.Fifo => (_pipe ??= new Pipe()).OpenNamed(path, flags),
        _ => Errno.ENXIO,
    };
}
