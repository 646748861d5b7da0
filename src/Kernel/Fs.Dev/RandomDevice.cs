using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Dev;

/// <summary>/dev/random and /dev/urandom, which are the same (random(4)).</summary>
internal sealed class RandomDevice(RandomSource random, BufferPool buffers) : Device
{
    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) => new RandomFile(path, flags, random, buffers);

    // Random bytes are dear.
    private const int StepBytes = LongWork.StepBytes / 16;

    private sealed class RandomFile(PathNode path, OpenFlags flags, RandomSource random, BufferPool buffers) : DeviceFile(path, flags)
    {
        public override Result<long> Read(ref DataSink to)
        {
            byte[] buffer = buffers.Rent();
            long done = 0;
            bool isFault = false;
            while (to.Remaining > 0 && !isFault)
            {
                int chunk = (int)Math.Min(to.Remaining, (ulong)buffer.Length);
                random.Fill(buffer.AsSpan(0, chunk));
                int copied = to.Write(buffer.AsSpan(0, chunk));
                done += copied;
                isFault = copied < chunk;
                if (to.Remaining > 0 && (done & (StepBytes - 1)) == 0 && !LongWork.IsUndisturbed())
                {
                    break;
                }
            }

            buffer.AsSpan().Clear();
            buffers.Return(buffer);
            return done == 0 && isFault ? Errno.EFAULT : done;
        }

        public override Result<long> Write(ref DataSource from)
        {
            Span<byte> chunk = stackalloc byte[64];
            long done = 0;
            while (from.Remaining > 0)
            {
                int count = from.Read(chunk);
                if (count == 0)
                {
                    return done > 0 ? done : Errno.EFAULT;
                }

                random.Mix(chunk[..count]);
                done += count;
                if (from.Remaining > 0 && (done & (StepBytes - 1)) == 0 && !LongWork.IsUndisturbed())
                {
                    break;
                }
            }

            return done;
        }
    }
}
