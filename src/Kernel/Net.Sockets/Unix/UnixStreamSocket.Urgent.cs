using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// MSG_OOB: the last byte of such a message is urgent (unix(7); Linux 5.15). There is one at a time; an older one that nobody has taken becomes an ordinary byte.
internal sealed partial class UnixStreamSocket
{
    /// <summary>Where in the stream the urgent byte is; null when there is none.</summary>
    private ulong? _urgent;

    /// <summary>It was received by MSG_OOB and lies in the queue still.</summary>
    private bool _isUrgentTaken;

    public override Result<long> Control(uint request, ulong argument, AddressSpace space)
    {
        if (request != (uint)SocketRequest.IsAtMark)
        {
            return base.Control(request, argument, space);
        }

        int isAt = _urgent == _position ? 1 : 0;
        return space.TryWrite(new VirtAddr(argument), isAt) ? 0 : Errno.EFAULT;
    }

    public override PollEvents Poll() => base.Poll() | (_urgent != null && !_isUrgentTaken ? PollEvents.Priority : PollEvents.None);

    /// <summary>The last byte that has come is urgent: its receiver hears of it by SIGURG, and where poll(2) looks for priority.</summary>
    private void MarkUrgent()
    {
        if (_urgent is { } older && _isUrgentTaken && older == _position)
        {
            DropFirst();
        }

        _urgent = _position + (ulong)_bytes.Used - 1;
        _isUrgentTaken = false;
        SignalUrgent();
        Readiness.WakeAll((uint)PollEvents.Priority);
    }

    private Result<long> ReceiveUrgent(ref DataSink data, ref IncomingMessage message)
    {
        if (Has(OptionBits.OutOfBandInline) || _urgent is not { } place || _isUrgentTaken)
        {
            return Errno.EINVAL;
        }

        int copied = _bytes.Copy((int)(place - _position), ref data, 1);
        if (copied < 1)
        {
            return Errno.EFAULT;
        }

        _isUrgentTaken = (message.Flags & MessageFlags.Peek) == 0;
        message.Received |= MessageFlags.OutOfBand;
        return copied;
    }

    /// <summary>How much may be read in one piece: up to the urgent byte, and of that one by itself.</summary>
    private int UrgentLimit(ulong here, int limit) =>
        _urgent is not { } place || place < here ? limit : place == here ? Math.Min(limit, 1) : (int)Math.Min((ulong)limit, place - here);

    /// <summary>
    /// At the urgent byte: a read that has something ends before it, and another goes on behind it, unless it is read inline (SO_OOBINLINE). True when the read ends.
    /// </summary>
    private bool SkipUrgent(int at, bool hasRead, bool isPeeking)
    {
        if (_urgent is not { } place || place != _position + (ulong)at)
        {
            return false;
        }

        if (_isUrgentTaken)
        {
            if (!isPeeking)
            {
                DropFirst();
            }

            return isPeeking;
        }

        if (hasRead)
        {
            return true;
        }

        if (Has(OptionBits.OutOfBandInline))
        {
            _urgent = isPeeking ? _urgent : null;
            return false;
        }

        if (!isPeeking)
        {
            DropFirst();
        }

        return isPeeking;
    }

    private void DropFirst()
    {
        _urgent = null;
        _isUrgentTaken = false;
        _position++;
        _bytes.Drop(1);
        Peer?.OnReceived(1);
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
