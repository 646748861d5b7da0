using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Dev;

/// <summary>An open memory device: it has offsets but no length; seeking always succeeds at zero.</summary>
internal abstract class DeviceFile(PathNode path, OpenFlags flags) : OpenFile(path, flags)
{
    public override bool IsSeekable => true;

    public override Result<long> ReadAt(ulong offset, ref DataSink to) => Read(ref to);

    public override Result<long> WriteAt(ulong offset, ref DataSource from) => Write(ref from);

    public override Result<long> Seek(long offset, SeekOrigin origin)
    {
        Position = 0;
        return 0;
    }
}
