using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>A stream of AF_UNIX: bytes in order, in the receiver's queue, and marks where files came with them.</summary>
internal sealed partial class UnixStreamSocket(SocketSystem home, OpenFlags flags) : UnixSocket(home, SocketKind.Stream, flags)
{
    private const int PieceBytes = 32768;

    private readonly ByteQueue _bytes = new();
    private StreamMark? _firstMark;
    private StreamMark? _lastMark;
    private ulong _position;
    private SocketCredentials _firstSender = SocketCredentials.Nobody;
    private SocketCredentials _lastSender = SocketCredentials.Nobody;

    protected override bool HasData => IsListening ? FirstPending != null : _bytes.Used > 0;

    protected override int ReadableBytes => _bytes.Used - CountTaken(ulong.MaxValue);

    public override Result<long> Send(ref DataSource data, ref OutgoingMessage message)
    {
        if (data.Remaining == 0 && (message.Flags & MessageFlags.OutOfBand) != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        if (!message.Name.IsEmpty)
        {
            return IsEstablished ? Errno.EISCONN : Errno.EOPNOTSUPP;
        }

        if (Peer == null && (!IsEstablished || (Ended & ShutdownDirection.Send) == 0))
        {
            return Errno.ENOTCONN;
        }

        if (data.Remaining == 0)
        {
            return (Ended & ShutdownDirection.Send) != 0 ? Errno.EPIPE : 0;
        }

        LookForGarbage(in message);
        Instant deadline = DeadlineOf(SendTimeoutNs);
        long done = 0;
        do
        {
            Result<int> room = WaitForRoom(MustNotWait(message.Flags), deadline);
            if (!room.IsOk)
            {
                return done > 0 ? done : room.Error;
            }

            UnixStreamSocket peer = (UnixStreamSocket)Peer!;
            Result<int> stored = peer.Store(ref data, room.Value, ref message, message.Credentials ?? Home.Caller.Credentials);
            if (!stored.IsOk)
            {
                return done > 0 ? done : stored.Error;
            }

            done += stored.Value;
            OnSent(stored.Value);
            if ((message.Flags & MessageFlags.OutOfBand) != 0 && data.Remaining == 0)
            {
                peer.MarkUrgent();
            }

            peer.Readiness.WakeAll((uint)PollEvents.Readable);
            if (stored.Value < room.Value && data.Remaining > 0)
            {
                break; // a bad address, or no memory
            }
        }
        while (data.Remaining > 0);

        return done;
    }

    public override Result<long> Receive(ref DataSink data, ref IncomingMessage message)
    {
        if (!IsEstablished)
        {
            return Errno.EINVAL;
        }

        if ((message.Flags & MessageFlags.OutOfBand) != 0)
        {
            return ReceiveUrgent(ref data, ref message);
        }

        ulong wanted = data.Remaining;
        ulong target = (message.Flags & MessageFlags.WaitAll) != 0 ? wanted : Math.Min(wanted, (ulong)ReceiveLowWater);
        Instant deadline = DeadlineOf(ReceiveTimeoutNs);
        bool isPeeking = (message.Flags & MessageFlags.Peek) != 0;
        long done = 0;
        StreamReading reading = new(_firstMark);
        int skipped = isPeeking ? Math.Max(PeekOffset, 0) : 0;
        int at = skipped; // of a peek: how far it is from the first byte
        do
        {
            if (_lastTaken.End > _position || _urgent != null)
            {
                int place = at; // a copy, so that the usual path has the other in a register
                bool isAtMark = PassUrgent(ref place, done > 0, isPeeking);
                at = place;
                if (isAtMark)
                {
                    break; // the mark ends a read
                }
            }

            reading.Mark = isPeeking ? reading.Mark : _firstMark;

            if (_bytes.Used <= at)
            {
                bool isEnough = done > 0 && (isPeeking || (ulong)done >= target);
                Errno error = isEnough ? Errno.EAGAIN : WaitForData(MustNotWait(message.Flags), deadline, at);
                if (error == Errno.None)
                {
                    reading.Mark = isPeeking ? reading.Mark ?? _firstMark : _firstMark;
                    continue; // bytes have come, and perhaps a mark with them
                }

                return done > 0 || error == Errno.EPIPE ? Received(done, ref message) : error;
            }

            if (skipped > 0)
            {
                PassMarks(ref reading, at);
            }

            int count = Step(ref data, ref message, ref reading, at, isPeeking);
            done += Math.Max(0, count);
            at += isPeeking ? Math.Max(0, count) : 0;
            if (count < 0 || reading.IsDone)
            {
                return done > 0 || count >= 0 ? Received(done, ref message) : Errno.EFAULT;
            }
        }
        while (data.Remaining > 0);

        if (isPeeking && reading.Mark != null && !PassesCredentials)
        {
            PeekAtRights(reading.Mark, ref message);
        }

        return Received(done, ref message);
    }

    /// <summary>
    /// A peek that has all the bytes that it wants looks on for files, up to an urgent byte, and tells those of the first message
    /// that has any (unix_stream_read_generic).
    /// </summary>
    private void PeekAtRights(StreamMark from, ref IncomingMessage message)
    {
        StreamMark? mark = from;
        while (mark != null && mark.Rights == null)
        {
            mark = mark.Next;
        }

        if (mark?.Rights is { } rights && (_urgent is not { } place || mark.Start < place))
        {
            message.Rights ??= CopyOf(rights);
        }
    }

    /// <summary>Forgets marks that SO_PEEK_OFF's place lies beyond.</summary>
    private void PassMarks(ref StreamReading reading, int at)
    {
        while (reading.Mark is { } mark && mark.End <= _position + (ulong)at)
        {
            reading.Mark = mark.Next;
        }
    }

    protected override void DropData()
    {
        while (_firstMark != null)
        {
            StreamMark mark = TakeMark();
            if (mark.Rights != null)
            {
                Domain.OnTaken(this, mark.Rights);
                Domain.Drop(mark.Rights);
            }
        }

        _bytes.Drop(_bytes.Used);
        _urgent = null;
        _taken = null;
        _lastTaken = default;
    }

    protected override void DropOwnRights()
    {
        for (StreamMark? mark = _firstMark; mark != null; mark = mark.Next)
        {
            if (mark.Rights is { } rights)
            {
                mark.Rights = null;
                Domain.OnTaken(this, rights);
                Domain.Drop(rights);
            }
        }
    }

    /// <summary>Moves bytes up to the next mark. Returns how many, -1 for a bad address.</summary>
    private int Step(ref DataSink data, ref IncomingMessage message, ref StreamReading reading, int at, bool isPeeking)
    {
        ulong here = _position + (ulong)at;
        StreamMark? mark = reading.Mark;
        SocketCredentials sender = mark != null && mark.Start <= here ? mark.Credentials : isPeeking && reading.HasSender ? reading.Sender : _firstSender;
        if (PassesCredentials && reading.HasSender && reading.Sender != sender)
        {
            reading.IsDone = true;
            return 0;
        }

        int limit = _bytes.Used - at;
        ulong stop = ulong.MaxValue;
        if (mark != null && mark.Start <= here)
        {
            stop = mark.Rights != null ? mark.End : ulong.MaxValue;
            limit = (int)Math.Min((ulong)limit, mark.End - here);
        }
        else if (mark != null)
        {
            limit = (int)Math.Min((ulong)limit, mark.Start - here);
        }

        limit = _lastTaken.End > here || _urgent != null ? UrgentLimit(here, limit) : limit;
        limit = (int)Math.Min((ulong)limit, data.Remaining);
        int copied = _bytes.Copy(at, ref data, limit);
        if (copied < limit)
        {
            return -1; // what fits in part stays, too
        }

        reading.HasSender = true;
        reading.Sender = sender;
        message.Credentials = PassesCredentials ? sender : null;
        if (mark != null && mark.Start <= here)
        {
            TakeMarked(mark, ref message, ref reading, isPeeking);
        }

        reading.IsDone |= here + (ulong)copied == stop;
        MovePeekOffset(isPeeking ? copied : -copied);
        if (!isPeeking)
        {
            _position += (ulong)copied;
            _bytes.Drop(copied);
            Peer?.OnReceived(copied);
        }

        return copied;
    }

    private void TakeMarked(StreamMark mark, ref IncomingMessage message, ref StreamReading reading, bool isPeeking)
    {
        reading.Mark = mark.Next;
        if (isPeeking)
        {
            message.Rights = mark.Rights == null ? message.Rights : CopyOf(mark.Rights);
            return;
        }

        _ = TakeMark();
        _firstSender = mark.Credentials;
        if (mark.Rights != null)
        {
            Domain.OnTaken(this, mark.Rights);
            message.Rights = mark.Rights;
        }
    }

    [MayAllocate("files came with the message, which the program looks at")]
    private static FileRights CopyOf(FileRights rights) => rights.Copy();

    private StreamMark TakeMark()
    {
        StreamMark taken = _firstMark!;
        _firstMark = taken.Next;
        _lastMark = _firstMark == null ? null : _lastMark;
        return taken;
    }

    private Result<long> Received(long done, ref IncomingMessage message)
    {
        if (!message.Name.IsEmpty && Peer?.Name != null)
        {
            message.SetName(Peer.Name.Address);
        }

        return done;
    }

    /// <summary>Waits until the peer has stored something. EPIPE is the end of the stream.</summary>
    private Errno WaitForData(bool mustNotWait, Instant deadline, int seen)
    {
        while (_bytes.Used <= seen)
        {
            if (PendingError != Errno.None)
            {
                return TakeError();
            }

            if ((Ended & ShutdownDirection.Receive) != 0)
            {
                return Errno.EPIPE;
            }

            Errno error = mustNotWait ? Errno.EAGAIN : WaitAt(Readiness, deadline);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return Errno.None;
    }

    /// <summary>Waits until bytes may be sent; how many.</summary>
    private Result<int> WaitForRoom(bool mustNotWait, Instant deadline)
    {
        while (true)
        {
            if ((Ended & ShutdownDirection.Send) != 0 || Peer == null || Peer.IsDead || (Peer.Ended & ShutdownDirection.Receive) != 0)
            {
                return Errno.EPIPE;
            }

            if (PendingError != Errno.None)
            {
                return TakeError();
            }

            if (InFlightBytes < SendBufferBytes)
            {
                return SendBufferBytes - InFlightBytes;
            }

            Errno error = mustNotWait ? Errno.EAGAIN : WaitAt(Readiness, deadline);
            if (error != Errno.None)
            {
                return error;
            }
        }
    }

    /// <summary>Puts bytes of a sender into this end's queue, and takes over what comes with them.</summary>
    private Result<int> Store(ref DataSource data, int room, ref OutgoingMessage message, SocketCredentials sender)
    {
        ulong start = _position + (ulong)_bytes.Used;
        int wanted = (int)Math.Min((ulong)room, data.Remaining);
        Result<int> stored = _bytes.Append(ref data, wanted);
        if (stored.IsOk && stored.Value < wanted && MemoryStatistics.AvailableBytes > PageSize.Bytes)
        {
            // Linux copies in pieces, and takes none of one that it cannot read to its end.
            int whole = stored.Value & ~(PieceBytes - 1);
            _bytes.DropLast(stored.Value - whole);
            stored = whole == 0 ? Errno.EFAULT : whole;
        }

        if (!stored.IsOk)
        {
            return stored;
        }

        if (_firstMark == null && start == _position && message.Rights == null)
        {
            _firstSender = sender;
        }
        else if (message.Rights != null || sender != _lastSender)
        {
            AddMark(start, start + (ulong)stored.Value, message.Rights, sender);
            message.Rights = null;
        }

        _lastSender = sender;
        return stored;
    }

    [MayAllocate("files go with the message, or another process sends")]
    private void AddMark(ulong start, ulong end, FileRights? rights, SocketCredentials sender)
    {
        StreamMark mark = new(start, end, rights, sender);
        if (_lastMark == null)
        {
            _firstMark = mark;
        }
        else
        {
            _lastMark.Next = mark;
        }

        _lastMark = mark;
        if (rights != null)
        {
            Domain.OnQueued(this, rights);
        }
    }
}
