using System;
using System.Runtime.CompilerServices;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// Bytes between the program's memory and the connection's pages, copied once.
internal sealed partial class InetStreamSocket
{
    private const ulong MemoryRetryNs = 10_000_000;

    public override Result<long> Send(ref DataSource data, ref OutgoingMessage message)
    {
        if (_listener != null)
        {
            return Errno.EPIPE;
        }

        if ((message.Flags & MessageFlags.FastOpen) != 0)
        {
            return Errno.EOPNOTSUPP; // as TCP_FASTOPEN
        }

        bool mustNotWait = MustNotWait(message.Flags);
        Instant deadline = DeadlineOf(SendTimeoutNs);
        long done = 0;
        Errno error = data.Remaining > 0 ? Errno.None : WhyNotSend();
        while (data.Remaining > 0)
        {
            NetError state = _connection.PrepareSend(out PacketPart room);
            if (state == NetError.None)
            {
                int wanted = (int)Math.Min((ulong)room.Length, data.Remaining);
                int copied = data.Read(Stack.Pool.FrameOf(room.Page), room.Offset, wanted);
                _connection.CommitSend(copied);
                done += copied;
                if (copied == wanted)
                {
                    continue;
                }

                error = Errno.EFAULT;
                break;
            }

            error = state.ToErrno();
            if (state != NetError.WouldBlock || mustNotWait)
            {
                break;
            }

            error = WaitForRoom(message.Flags, deadline);
            if (error != Errno.None)
            {
                break;
            }
        }

        if (done > 0)
        {
            if (Timestamping != TimestampFlags.None || (message.Flags & MessageFlags.ZeroCopy) != 0 || !message.Control.IsEmpty)
            {
                NoteMessage(ref message);
            }

            Push(message.Flags, (message.Flags & MessageFlags.More) != 0);
        }

        return done > 0 || error == Errno.None ? done : error;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Errno WhyNotSend() => _connection.WhyNotSend().ToErrno();

    public override Result<long> Receive(ref DataSink data, ref IncomingMessage message)
    {
        if (_listener != null)
        {
            return Errno.ENOTCONN;
        }

        if ((message.Flags & MessageFlags.OutOfBand) != 0)
        {
            return ReceiveUrgent(ref data, ref message);
        }

        if (data.Remaining == 0)
        {
            return ReceiveNothing(ref message);
        }

        bool isPeeking = (message.Flags & MessageFlags.Peek) != 0;
        bool mustNotWait = MustNotWait(message.Flags);
        ulong target = (message.Flags & MessageFlags.WaitAll) != 0 ? data.Remaining : Math.Min(data.Remaining, (ulong)ReceiveLowWater);
        Instant deadline = DeadlineOf(ReceiveTimeoutNs);
        long done = 0;
        int at = 0; // what is peeked at next
        Errno error = Errno.None;
        while (data.Remaining > 0)
        {
            int limit = int.MaxValue;
            if (_connection.HasUrgent)
            {
                // By copies, so that the usual path has the others in registers.
                int from = at;
                if (IsStoppedByMark(done, isPeeking, ref from, out int toMark))
                {
                    break;
                }

                at = from;
                limit = toMark;
            }

            if (done > 0 && _connection.Available <= at && (ulong)done >= target)
            {
                break;
            }

            NetError state = _connection.PeekReceive(at, out PacketPart part);
            if (state == NetError.None)
            {
                if (part.Length == 0)
                {
                    break; // the end of the stream
                }

                int wanted = (int)Math.Min((ulong)Math.Min(part.Length, limit), data.Remaining);
                int copied = Take(ref data, part, wanted, message.Flags);
                if (copied < wanted)
                {
                    error = Errno.EFAULT; // what fits in part stays, too
                    break;
                }

                done += copied;
                if (isPeeking)
                {
                    at += copied;
                }
                else
                {
                    _connection.CommitReceive(copied, Clock.Now);
                }

                continue;
            }

            error = state.ToErrno();
            if (state != NetError.WouldBlock || mustNotWait || (done > 0 && (isPeeking || (ulong)done >= target)))
            {
                break;
            }

            error = WaitAt(Readiness, deadline);
            if (error != Errno.None)
            {
                break;
            }
        }

        Network.Update();
        if (done > 0 && (_tellsRest || WantsTimeStamps))
        {
            AddControl(ref message);
        }

        return done > 0 || error == Errno.None ? done : error;
    }

    public override Result<long> Control(uint request, ulong argument, AddressSpace space)
    {
        int value;
        switch ((SocketRequest)request)
        {
            case SocketRequest.InputQueued when _listener != null:
            case SocketRequest.OutputQueued when _listener != null:
            case SocketRequest.NotSent when _listener != null:
                return Errno.EINVAL;
            case SocketRequest.InputQueued:
                value = _connection.AvailableToMark;
                break;
            case SocketRequest.OutputQueued:
                value = _connection.Unacknowledged;
                break;
            case SocketRequest.NotSent:
                value = _connection.Unsent;
                break;
            case SocketRequest.IsAtMark:
                value = _listener == null && _connection.IsAtMark ? 1 : 0;
                break;
            default:
                return base.Control(request, argument, space);
        }

        return space.TryWrite(new VirtAddr(argument), value) ? 0 : Errno.EFAULT;
    }

    /// <summary>Copies to the program, or with MSG_TRUNC counts what it does not want to see (tcp(7)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Take(ref DataSink data, PacketPart part, int count, MessageFlags flags)
    {
        if ((flags & MessageFlags.Truncated) == 0)
        {
            return data.Write(Stack.Pool.FrameOf(part.Page), part.Offset, count);
        }

        data.Limit(data.Remaining - (ulong)count);
        return count;
    }

    /// <summary>Sends what is queued and waits until more can be. EAGAIN when the deadline has passed.</summary>
    private Errno WaitForRoom(MessageFlags flags, Instant deadline)
    {
        int before = _connection.Unacknowledged;
        Push(flags, hasMore: true);
        if ((Poll() & PollEvents.Writable) == 0)
        {
            return WaitAt(Readiness, deadline);
        }

        // A peer on the same machine has taken it already: there will be no other event.
        if (_connection.Unacknowledged < before)
        {
            return Errno.None;
        }

        // The buffer has room and the machine has none for packets: nobody tells when it has.
        Instant retry = Clock.Now.Plus(MemoryRetryNs);
        Errno error = WaitAt(Readiness, retry < deadline ? retry : deadline);
        return error == Errno.EAGAIN && Clock.Now < deadline ? Errno.None : error;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Push(MessageFlags flags, bool hasMore)
    {
        if ((flags & MessageFlags.OutOfBand) != 0)
        {
            _connection.MarkUrgent();
        }

        _connection.Push(Clock.Now, hasMore);
        Network.Update();
    }
}
