using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Dev;

/// <summary>/dev/zero and /dev/full, which cannot be written (full(4)).</summary>
internal sealed class ZeroDevice(bool isFull) : Device
{
    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) => new ZeroFile(path, flags, isFull);

    private sealed class ZeroFile(PathNode path, OpenFlags flags, bool isFull) : DeviceFile(path, flags)
    {
        public override bool MapsZeros => !isFull;

        public override FileGaps Gaps => isFull ? FileGaps.VectorWrite | FileGaps.SpliceWrite : FileGaps.None;

        public override Result<long> Read(ref DataSink to)
        {
            long done = 0;
            while (to.Remaining > 0)
            {
                int chunk = (int)Math.Min(to.Remaining, LongWork.StepBytes);
                int cleared = to.Clear(chunk);
                done += cleared;
                if (cleared < chunk)
                {
                    return done > 0 ? done : Errno.EFAULT;
                }

                if (to.Remaining > 0 && !LongWork.IsUndisturbed())
                {
                    break;
                }
            }

            return done;
        }

        public override Result<long> Write(ref DataSource from) =>
            isFull ? Errno.ENOSPC : (long)from.Remaining;
    }
}
