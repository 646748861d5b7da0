using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

// Packet mode (O_DIRECT of pipe2(2)): each write is a packet, each read takes one, and what does not fit its buffer is lost.
public sealed partial class Pipe
{
    /// <summary>Null until somebody writes a packet.</summary>
    private PipePackets? _packets;

    /// <summary>Whether another packet has a place, when there is room for its bytes.</summary>
    internal bool HasPlaceForPacket => _packets == null || _packets.HasRoom(isPacket: true);

    /// <summary>Writes to a pipe that packets go through: of a packet all or nothing of up to a page, which is one of its own. Errors as <see cref="Write"/>.</summary>
    private Result<long> WriteRuns(ref DataSource from, bool isNonBlocking, bool isPacket)
    {
        long done = 0;
        while (from.Remaining > 0)
        {
            if (_readers == 0)
            {
                return done > 0 ? done : Errno.EPIPE;
            }

            _packets ??= BeginPackets();
            bool isWhole = isPacket || (done == 0 && from.Remaining <= AtomicBytes);
            int least = isWhole ? (int)Math.Min(from.Remaining, AtomicBytes) : 1;
            int room = _packets.HasRoom(isPacket) ? Capacity - _used : 0;
            if (room < least)
            {
                Errno error = isNonBlocking ? Errno.EAGAIN : WaitForChange();
                if (error != Errno.None)
                {
                    return done > 0 ? done : error;
                }

                continue;
            }

            Result<int> stored = Store(ref from, isPacket ? least : room);
            if (!stored.IsOk)
            {
                return done > 0 ? done : stored.Error;
            }

            _packets.Add(stored.Value, isPacket);
            done += stored.Value;
            _changed.WakeAll((uint)PollEvents.Readable);
        }

        return done;
    }

    /// <summary>Reads up to the end of a packet, of which nothing is left then; there is something to read. EFAULT.</summary>
    private Result<long> ReadRuns(ref DataSink to, PipePackets packets)
    {
        long done = 0;
        bool isPacket = false;
        while (_used > 0 && to.Remaining > 0 && !isPacket)
        {
            isPacket = packets.IsFirstPacket;
            int length = packets.FirstLength;
            int wanted = (int)Math.Min(to.Remaining, (ulong)length);
            int taken = Move(ref to, wanted);
            done += taken;
            if (taken < wanted)
            {
                packets.Take(taken);
                break;
            }

            if (isPacket)
            {
                Skip(length - taken);
                taken = length;
            }

            packets.Take(taken);
        }

        if (done == 0)
        {
            return Errno.EFAULT;
        }

        _changed.WakeAll((uint)PollEvents.Writable);
        return done;
    }

    /// <summary>Copies bytes from the front, which are gone then; fewer where the sink takes no more.</summary>
    private int Move(ref DataSink to, int count)
    {
        int done = 0;
        while (done < count)
        {
            int within = _start & PageSize.Mask;
            int chunk = Math.Min(count - done, PageSize.Bytes - within);
            int copied = to.Write(_frames[_start >> PageSize.Shift], within, chunk);
            Skip(copied);
            done += copied;
            if (copied < chunk)
            {
                break;
            }
        }

        return done;
    }

    private void Skip(int count)
    {
        _used -= count;
        _start = _used == 0 ? 0 : (_start + count) % Capacity;
    }

    /// <summary>What is in the pipe already is no packet.</summary>
    [MayAllocate("once a pipe of packets")]
    private PipePackets BeginPackets()
    {
        PipePackets packets = new(_frames.Length);
        if (_used > 0)
        {
            packets.Add(_used, isPacket: false);
        }

        return packets;
    }
}
