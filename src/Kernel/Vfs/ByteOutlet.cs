using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>Writes to consoles and terminals: by way of a kernel buffer, because the outlet may keep the bytes or change them.</summary>
public static class ByteOutlet
{
    /// <summary>
    /// Writes all there is. What was written before something went wrong counts; nothing yet: EIO when the outlet is gone, EAGAIN for want of room, ERESTARTSYS for a signal, EFAULT.
    /// </summary>
    [AllocationFree]
    public static Result<long> Write<TOutlet>(TOutlet outlet, ref DataSource from, BufferPool buffers)
        where TOutlet : struct, IByteOutlet
    {
        byte[] buffer = buffers.Rent();
        Result<long> result = Write(outlet, ref from, buffer);
        buffers.Return(buffer);
        return result;
    }

    private static Result<long> Write<TOutlet>(TOutlet outlet, ref DataSource from, byte[] buffer)
        where TOutlet : struct, IByteOutlet
    {
        long done = 0;
        while (from.Remaining > 0)
        {
            int wanted = (int)Math.Min((ulong)buffer.Length, from.Remaining);
            int count = from.Read(buffer.AsSpan(0, wanted));
            for (int sent = 0; sent < count;)
            {
                if (outlet.IsGone)
                {
                    return done > 0 ? done : Errno.EIO;
                }

                int taken = outlet.Take(buffer.AsSpan(sent, count - sent));
                sent += taken;
                done += taken;
                if (taken > 0)
                {
                    continue;
                }

                if (outlet.IsNonBlocking)
                {
                    return done > 0 ? done : Errno.EAGAIN;
                }

                if (!outlet.WaitForRoom())
                {
                    return done > 0 ? done : Errno.ERESTARTSYS;
                }
            }

            if (count < wanted)
            {
                return done > 0 ? done : Errno.EFAULT;
            }

            // As Linux between two pieces (iterate_tty_write).
            if (from.Remaining > 0 && !LongWork.IsUndisturbed())
            {
                return done;
            }
        }

        return done;
    }
}
