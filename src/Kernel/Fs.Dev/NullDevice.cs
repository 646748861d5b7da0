using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Dev;

/// <summary>/dev/null (null(4)).</summary>
internal sealed class NullDevice : Device
{
    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) => new NullFile(path, flags);

    private sealed class NullFile(PathNode path, OpenFlags flags) : DeviceFile(path, flags)
    {
        public override FileGaps Gaps => FileGaps.SpliceRead;

        public override Result<long> Read(ref DataSink to) => 0L;

        public override Result<long> Write(ref DataSource from) => unchecked((long)from.Remaining); // no more than a transfer's limit
    }
}
