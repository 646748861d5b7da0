using System;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// MSG_OOB: the last byte of such a message is urgent (unix(7); Linux 5.15). There is one at a time; an older one that nobody has taken
// becomes an ordinary byte. A byte that was taken by MSG_OOB lies in the
// queue until it is read over: it is the mark at which a read ends, as in Linux since 6.12 (manage_oob of net/unix/af_unix.c).
internal sealed partial class UnixStreamSocket
{
    /// <summary>
    /// Bytes that were taken by MSG_OOB and lie in the queue still, from the first on: where each run begins and ends in the stream.
    /// </summary>
    private Queue<(ulong Start, ulong End)>? _taken;

    /// <summary>Where in the stream the urgent byte is; null when there is none.</summary>
    private ulong? _urgent;

    /// <summary>The last run of <see cref="_taken"/>, which has not been added yet because it may grow.</summary>
    private (ulong Start, ulong End) _lastTaken;

    public override Result<long> Control(uint request, ulong argument, AddressSpace space)
    {
        if (request != (uint)SocketRequest.IsAtMark)
        {
            return base.Control(request, argument, space);
        }

        bool isAt = _urgent == _position || (TryFindTaken(_position, out ulong end) && (_urgent == null || _urgent == end));
        return space.TryWrite(new VirtAddr(argument), isAt ? 1 : 0) ? 0 : Errno.EFAULT;
    }

    public override PollEvents Poll() => base.Poll() | (_urgent != null ? PollEvents.Priority : PollEvents.None);

    /// <summary>The last byte that has come is urgent: its receiver hears of it by SIGURG, and where poll(2) looks for priority.</summary>
    private void MarkUrgent()
    {
        _urgent = _position + (ulong)_bytes.Used - 1;
        SignalUrgent();
        Readiness.WakeAll((uint)PollEvents.Priority);
    }

    private Result<long> ReceiveUrgent(ref DataSink data, ref IncomingMessage message)
    {
        if (Has(OptionBits.OutOfBandInline) || _urgent is not { } place)
        {
            return Errno.EINVAL;
        }

        bool isWanted = data.Remaining > 0;
        if (isWanted && _bytes.Copy((int)(place - _position), ref data, 1) < 1)
        {
            return Errno.EFAULT;
        }

        if ((message.Flags & MessageFlags.Peek) == 0)
        {
            _urgent = null;
            Take(place);
        }

        message.Received |= MessageFlags.OutOfBand;
        return 1;
    }

    [MayAllocate("an urgent byte is taken, which its sender and receiver have agreed on")]
    private void Take(ulong place)
    {
        if (_lastTaken.End == place)
        {
            _lastTaken.End++;
            return;
        }

        if (_lastTaken.End > _position)
        {
            _taken ??= new Queue<(ulong Start, ulong End)>();
            _taken.Enqueue(_lastTaken);
        }

        _lastTaken = (place, place + 1);
    }

    /// <summary>Whether a place in the stream is one of a byte that was taken; where its run ends.</summary>
    private bool TryFindTaken(ulong place, out ulong end)
    {
        end = _lastTaken.End;
        if (place >= _lastTaken.Start && place < end)
        {
            return true;
        }

        if (_taken != null)
        {
            foreach ((ulong from, ulong to) in _taken)
            {
                if (place >= from && place < to)
                {
                    end = to;
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>How many bytes before a place in the stream were taken.</summary>
    private int CountTaken(ulong before)
    {
        int count = Overlap(_lastTaken, before);
        if (_taken != null)
        {
            foreach ((ulong, ulong) run in _taken)
            {
                count += Overlap(run, before);
            }
        }

        return count;
    }

    private int Overlap((ulong Start, ulong End) run, ulong before)
    {
        ulong from = Math.Max(run.Start, _position);
        ulong to = Math.Min(run.End, before);
        return from < to ? (int)(to - from) : 0;
    }

    /// <summary>How much may be read in one piece: up to the urgent byte or one that was taken, and of the urgent one by itself.</summary>
    private int UrgentLimit(ulong here, int limit)
    {
        ulong stop = _urgent is not { } place || place < here ? ulong.MaxValue : place == here ? place + 1 : place;
        if (_lastTaken.End > here)
        {
            stop = Math.Min(stop, Math.Max(_lastTaken.Start, here));
            if (_taken != null)
            {
                foreach ((ulong start, ulong end) in _taken)
                {
                    stop = end > here ? Math.Min(stop, Math.Max(start, here)) : stop;
                }
            }
        }

        return stop - here < (ulong)limit ? (int)(stop - here) : limit;
    }

    /// <summary>
    /// Passes over what was taken and, unless it is read inline (SO_OOBINLINE), over the urgent byte; a read that has something ends before
    /// either. True when the read ends; a peek goes on at
    /// <paramref name="at"/>.
    /// </summary>
    private bool PassUrgent(ref int at, bool hasRead, bool isPeeking)
    {
        while (TryFindTaken(_position + (ulong)at, out ulong end))
        {
            if (hasRead && _urgent == null)
            {
                return true;
            }

            Pass(ref at, (int)(end - _position) - at, isPeeking);
        }

        if (_urgent != _position + (ulong)at)
        {
            return false;
        }

        if (hasRead)
        {
            return true;
        }

        _urgent = isPeeking ? _urgent : null;
        if (!Has(OptionBits.OutOfBandInline))
        {
            Pass(ref at, 1, isPeeking);
        }

        return false;
    }

    private void Pass(ref int at, int count, bool isPeeking)
    {
        if (isPeeking)
        {
            at += count;
            return;
        }

        _position += (ulong)count;
        _bytes.Drop(count);
        Peer?.OnReceived(count);
        while (_taken != null && _taken.TryPeek(out (ulong Start, ulong End) first) && first.End <= _position)
        {
            _ = _taken.Dequeue();
        }

        while (_firstMark is { } mark && mark.End <= _position)
        {
            _ = TakeMark();
            _firstSender = mark.Credentials;
            if (mark.Rights != null)
            {
                Domain.OnTaken(this, mark.Rights);
                Domain.Drop(mark.Rights);
            }
        }
    }
}
