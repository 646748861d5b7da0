using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Dev;

/// <summary>
/// /dev/random and /dev/urandom, which give the same (random(4)): nobody ever waits for seed here. But only the former can be waited for: <paramref name="readiness"/> is null for the latter.
/// </summary>
internal sealed class RandomDevice(RandomSource random, BufferPool buffers, WaitQueue? readiness) : Device
{
    public override Result<OpenFile> Open(PathNode path, OpenFlags flags) => new RandomFile(path, flags, random, buffers, readiness);

    // Random bytes are dear.
    private const int StepBytes = LongWork.StepBytes / 16;

    private sealed class RandomFile(PathNode path, OpenFlags flags, RandomSource random, BufferPool buffers, WaitQueue? readiness) : DeviceFile(path, flags)
    {
        private const uint EntropyCount = 0x8004_5200; // RNDGETENTCNT
        private const int FullPoolBits = 256;

        public override WaitQueue? Readiness => readiness;

        // Always there for reading, never "for writing" (random_poll in Linux).
        public override PollEvents Poll() => readiness != null ? PollEvents.Readable : base.Poll();

        public override Result<long> Control(uint request, ulong argument, AddressSpace space) =>
            request != EntropyCount ? Errno.EINVAL : space.TryWrite(new VirtAddr(argument), FullPoolBits) ? 0 : Errno.EFAULT;

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
