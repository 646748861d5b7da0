using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// The queue of messages, and who waits at it.
internal sealed partial class UnixMessageSocket
{
    /// <summary>Puts a whole message of a sender into this socket's queue.</summary>
    private Result<long> Store(ref DataSource data, ref OutgoingMessage message, UnixMessageSocket sender)
    {
        if (_count == _messages.Length && !TryGrow())
        {
            return Errno.ENOMEM;
        }

        int length = (int)data.Remaining;
        if (Filter != null && !KernelHeap.CanAllocate(length))
        {
            return Errno.ENOBUFS;
        }

        Result<int> stored = _bytes.Append(ref data, length);
        if (!stored.IsOk || stored.Value < length)
        {
            bool isBadAddress = stored.Error == Errno.EFAULT || (stored.IsOk && MemoryStatistics.AvailableBytes > PageSize.Bytes);
            _bytes.DropLast(stored.IsOk ? stored.Value : 0);
            return isBadAddress ? Errno.EFAULT : Errno.ENOMEM;
        }

        int kept = Filter == null ? length : FilterLast(length);
        if (kept < 0)
        {
            return length; // the sender does not hear of it
        }

        UnixMessage entry = new(kept, kept + ChargePerMessage, sender, sender.Name, message.Rights, message.Credentials ?? Home.Caller.Credentials, WantsTimeStamps ? Clock.Now : default);
        _messages[(_first + _count++) & (_messages.Length - 1)] = entry;
        if (entry.Rights != null)
        {
            Domain.OnQueued(this, entry.Rights);
            message.Rights = null;
        }

        sender.OnSent(entry.Charge);
        _ = Readiness.Wake(1, (uint)PollEvents.Readable);
        return length;
    }

    /// <summary>Asks the filter about the last message, and drops what it does not keep of it. How much is left, or negative for none at all.</summary>
    [MayAllocate("a filter is asked")]
    private int FilterLast(int length)
    {
        byte[] message = new byte[length];
        _bytes.Read(_bytes.Used - length, message);
        uint kept = FilterBytes(message, protocol: 0);
        int left = (int)Math.Min(kept, (uint)length);
        _bytes.DropLast(length - left);
        return kept == 0 ? -1 : left;
    }

    private void Take()
    {
        bool wasFull = IsFull;
        UnixMessage first = _messages[_first];
        _messages[_first] = default;
        _first = (_first + 1) & (_messages.Length - 1);
        _count--;
        _bytes.Drop(first.Length);
        if (first.Rights != null)
        {
            Domain.OnTaken(this, first.Rights);
        }

        first.Sender.OnReceived(first.Charge);
        if (wasFull)
        {
            _room.WakeAll();
        }
    }

    [MayAllocate("only when more messages wait than ever before")]
    private bool TryGrow()
    {
        const long BytesEach = 64;
        int length = Math.Max(FirstMessages, _messages.Length * 2);
        if (!KernelHeap.CanAllocate(length * BytesEach))
        {
            return false;
        }

        UnixMessage[] messages = new UnixMessage[length];
        for (int i = 0; i < _count; i++)
        {
            messages[i] = _messages[(_first + i) & (_messages.Length - 1)];
        }

        _messages = messages;
        _first = 0;
        return true;
    }

    /// <summary>Waits for a message. EPIPE is the end: nothing more can come.</summary>
    private Errno WaitForMessage(bool mustNotWait)
    {
        Instant deadline = DeadlineOf(ReceiveTimeoutNs);
        while (true)
        {
            if (PendingError != Errno.None)
            {
                return TakeError();
            }

            if (_count > 0)
            {
                return Errno.None;
            }

            // A datagram socket that must not wait has nothing to read rather than an end (unix_dgram_recvmsg).
            if ((Ended & ShutdownDirection.Receive) != 0 && (!mustNotWait || IsConnectionBased))
            {
                return Errno.EPIPE;
            }

            Errno error = mustNotWait ? Errno.EAGAIN : WaitAt(Readiness, deadline, isExclusive: true);
            if (error != Errno.None)
            {
                return error;
            }
        }
    }

    /// <summary>
    /// The message that SO_PEEK_OFF's place lies in, counted from the first: where it begins in the queue of bytes plus what of it is <paramref name="skipped"/>. False when all that waits is before it.
    /// </summary>
    private bool TryFind(int offset, out int number, out int at, out int skipped)
    {
        at = 0;
        skipped = offset;
        for (number = 0; number < _count; number++)
        {
            int length = _messages[(_first + number) & (_messages.Length - 1)].Length;
            if (skipped == 0 || skipped < length)
            {
                at += skipped;
                return true;
            }

            skipped -= length;
            at += length;
        }

        return false;
    }

    /// <summary>Waits until more has come than was peeked at.</summary>
    private Errno WaitForOffset()
    {
        Instant deadline = DeadlineOf(ReceiveTimeoutNs);
        while (!TryFind(Math.Max(PeekOffset, 0), out _, out _, out _))
        {
            if ((Ended & ShutdownDirection.Receive) != 0)
            {
                return Errno.EAGAIN;
            }

            Errno error = WaitAt(Readiness, deadline);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return Errno.None;
    }

    /// <summary>Waits until this socket may send another message at all.</summary>
    private Errno WaitForRoom(bool mustNotWait, Instant deadline)
    {
        while (true)
        {
            if (PendingError != Errno.None)
            {
                return TakeError();
            }

            if ((Ended & ShutdownDirection.Send) != 0)
            {
                return Errno.EPIPE;
            }

            if (InFlightBytes < SendBufferBytes)
            {
                return Errno.None;
            }

            Errno error = mustNotWait ? Errno.EAGAIN : WaitAt(Readiness, deadline);
            if (error != Errno.None)
            {
                return error;
            }
        }
    }

    [MayAllocate("a name is looked up")]
    private Result<UnixSocket> FindNamed(ReadOnlySpan<byte> name)
    {
        Errno error = UnixDomain.Parse(name, out ReadOnlySpan<byte> wanted);
        return error != Errno.None || wanted.IsEmpty ? Errno.EINVAL : Domain.Find(wanted, Kind, Home.Caller.Files);
    }

    [MayAllocate("a socket is bound once")]
    private Errno BindAutomatically() => Domain.BindAutomatically(this);

    [MayAllocate("files came with the message, which the program looks at")]
    private static FileRights? CopyOf(FileRights? rights) => rights?.Copy();

    /// <summary>The receiver was closed: a datagram socket that was connected to it is so no longer.</summary>
    private Errno Forget(UnixSocket receiver)
    {
        if (IsConnectionBased)
        {
            return Errno.EPIPE;
        }

        if (Peer == receiver)
        {
            Disconnect(null);
            IsEstablished = false;
        }

        return Errno.ECONNREFUSED;
    }

    /// <summary>Another peer, or none: what the old one sent is dropped, and it is told so when it still sends here (unix_dgram_disconnected).</summary>
    private void Disconnect(UnixSocket? newPeer)
    {
        UnixSocket? old = Peer;
        Peer = newPeer;
        if (old == null || old == newPeer || _count == 0)
        {
            return;
        }

        DropData();
        if (old is UnixMessageSocket { IsDead: false } sender && sender.Peer == this)
        {
            sender.PendingError = Errno.ECONNRESET;
            sender.Readiness.WakeAll((uint)PollEvents.Error);
        }
    }

    [MayAllocate("once a socket")]
    private void WatchRoomOf(UnixMessageSocket receiver)
    {
        _roomWaiter ??= new RoomWaiter(this);
        if (_roomWaiter.Queue != receiver._room)
        {
            receiver._room.Add(_roomWaiter);
        }
    }
}
