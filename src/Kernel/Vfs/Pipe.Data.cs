using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

// Moving bytes through the ring.
public sealed partial class Pipe
{
    /// <summary>Takes bytes into a sink; 0 when nobody can write any more. EAGAIN, ERESTARTSYS, EFAULT.</summary>
    public Result<long> Read(ref DataSink to, bool isNonBlocking)
    {
        if (to.Remaining == 0)
        {
            return 0;
        }

        while (_used == 0)
        {
            if (_writers == 0)
            {
                return 0;
            }

            if (isNonBlocking)
            {
                return Errno.EAGAIN;
            }

            if (_changed.Wait(Instant.Never) == WaitResult.Interrupted)
            {
                return Errno.ERESTARTSYS;
            }
        }

        if (_packets is { IsEmpty: false } packets)
        {
            return ReadRuns(ref to, packets);
        }

        long done = 0;
        while (_used > 0 && to.Remaining > 0)
        {
            int within = _start & PageSize.Mask;
            int chunk = (int)Math.Min(to.Remaining, (ulong)Math.Min(_used, PageSize.Bytes - within));
            if (to.Write(_frames[_start >> PageSize.Shift], within, chunk) < chunk)
            {
                break; // a piece that cannot be copied whole stays in the pipe (pipe_read)
            }

            _start = (_start + chunk) % Capacity;
            _used -= chunk;
            done += chunk;
        }

        if (done == 0)
        {
            return Errno.EFAULT;
        }

        if (_used == 0)
        {
            // Small messages then stay within one frame, and in the CPU's cache.
            _start = 0;
        }

        _changed.WakeAll((uint)PollEvents.Writable);
        return done;
    }

    /// <summary>Adds all bytes of a source, or those for which there is room; as a packet with O_DIRECT. EPIPE, EAGAIN, ERESTARTSYS, EFAULT, ENOMEM.</summary>
    public Result<long> Write(ref DataSource from, bool isNonBlocking, bool isPacket = false)
    {
        if (isPacket || _packets != null)
        {
            return WriteRuns(ref from, isNonBlocking, isPacket);
        }

        long done = 0;
        while (from.Remaining > 0)
        {
            if (_readers == 0)
            {
                return done > 0 ? done : Errno.EPIPE;
            }

            int room = Capacity - _used;
            bool mustFitWhole = done == 0 && from.Remaining <= AtomicBytes;
            if (room == 0 || (mustFitWhole && (ulong)room < from.Remaining))
            {
                if (isNonBlocking)
                {
                    return done > 0 ? done : Errno.EAGAIN;
                }

                if (_changed.Wait(Instant.Never) == WaitResult.Interrupted)
                {
                    return done > 0 ? done : Errno.ERESTARTSYS;
                }

                continue;
            }

            Result<int> stored = Store(ref from, room);
            if (!stored.IsOk)
            {
                return done > 0 ? done : stored.Error;
            }

            done += stored.Value;
            _changed.WakeAll((uint)PollEvents.Readable);
        }

        return done;
    }

    /// <summary>Copies bytes without taking them, from <paramref name="skip"/> bytes behind the first on; returns how many.</summary>
    public int Peek(int skip, Span<byte> to)
    {
        int total = Math.Min(to.Length, Math.Max(0, _used - skip));
        int done = 0;
        while (done < total)
        {
            int at = (_start + skip + done) % Capacity;
            int within = at & PageSize.Mask;
            int chunk = Math.Min(total - done, PageSize.Bytes - within);
            _frames[at >> PageSize.Shift].Read(within, to.Slice(done, chunk));
            done += chunk;
        }

        return done;
    }

    /// <summary>Takes bytes that were looked at; fewer when another reader was quicker.</summary>
    public void Drop(int count)
    {
        count = Math.Min(count, _used);
        Skip(count);
        _packets?.Take(count);
        if (count > 0)
        {
            _changed.WakeAll((uint)PollEvents.Writable);
        }
    }

    /// <summary>Waits until there is something to read; false when nobody can write any more. EAGAIN, ERESTARTSYS.</summary>
    public Result<bool> WaitForData(bool isNonBlocking)
    {
        while (_used == 0)
        {
            if (_writers == 0)
            {
                return false;
            }

            Errno error = isNonBlocking ? Errno.EAGAIN : WaitForChange();
            if (error != Errno.None)
            {
                return error;
            }
        }

        return true;
    }

    /// <summary>Waits until something can be written. EPIPE, EAGAIN, ERESTARTSYS.</summary>
    public Errno WaitForRoom(bool isNonBlocking)
    {
        while (_readers > 0 && _used == Capacity)
        {
            Errno error = isNonBlocking ? Errno.EAGAIN : WaitForChange();
            if (error != Errno.None)
            {
                return error;
            }
        }

        return _readers == 0 ? Errno.EPIPE : Errno.None;
    }

    private Errno WaitForChange() => _changed.Wait(Instant.Never) == WaitResult.Interrupted ? Errno.ERESTARTSYS : Errno.None;

    private Result<int> Store(ref DataSource from, int room)
    {
        int done = 0;
        while (room > 0 && from.Remaining > 0)
        {
            int end = (_start + _used) % Capacity;
            int within = end & PageSize.Mask;
            int page = end >> PageSize.Shift;
            int chunk = (int)Math.Min(from.Remaining, (ulong)Math.Min(room, PageSize.Bytes - within));
            if (_frames[page].IsNone && !Frame.TryAllocate(FrameFill.Leftover, out _frames[page]))
            {
                return done > 0 ? done : Errno.ENOMEM;
            }

            if (from.Read(_frames[page], within, chunk) < chunk)
            {
                return done > 0 ? done : Errno.EFAULT;
            }

            _used += chunk;
            room -= chunk;
            done += chunk;
        }

        return done;
    }
}
