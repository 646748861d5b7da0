using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Datagrams and sequenced packets of AF_UNIX: messages that stay whole, in the receiver's queue.</summary>
internal sealed partial class UnixMessageSocket(SocketSystem home, SocketKind kind, OpenFlags flags) : UnixSocket(home, kind, flags)
{
    /// <summary>net.unix.max_dgram_qlen: messages from strangers that wait at most, less one.</summary>
    private const int MaximumWaiting = 10;

    /// <summary>What Linux's bookkeeping of a buffer takes from SO_SNDBUF beside the bytes, nearly.</summary>
    private const int ChargePerMessage = 576;
    private const int ReservedBytes = 32;
    private const int FirstMessages = 4;

    private readonly ByteQueue _bytes = new();
    private readonly WaitQueue _room = new();
    private UnixMessage[] _messages = [];
    private int _first;
    private int _count;
    private RoomWaiter? _roomWaiter;

    protected override bool HasData => IsListening ? FirstPending != null : _count > 0;

    // Of packets all, of datagrams the first (unix_inq_len).
    protected override int ReadableBytes => Kind == SocketKind.SequencedPacket ? _bytes.Used : _count == 0 ? 0 : _messages[_first].Length;

    private bool IsFull => _count > MaximumWaiting;

    public override Errno Connect(ReadOnlySpan<byte> name)
    {
        if (IsConnectionBased)
        {
            return base.Connect(name);
        }

        if (name.Length >= UnixName.FamilyBytes && name[0] == (byte)AddressFamily.Unspecified && name[1] == 0)
        {
            Disconnect(null);
            IsEstablished = false;
            return Errno.None;
        }

        Result<UnixSocket> found = FindNamed(name);
        if (!found.IsOk)
        {
            return found.Error;
        }

        if (found.Value.Peer != null && found.Value.Peer != this)
        {
            return Errno.EPERM;
        }

        Disconnect(found.Value);
        SetPeer(found.Value, PeerCredentials);
        return Errno.None;
    }

    public override Result<long> Send(ref DataSource data, ref OutgoingMessage message)
    {
        if ((message.Flags & MessageFlags.OutOfBand) != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        if (IsConnectionBased && !IsEstablished)
        {
            return Errno.ENOTCONN;
        }

        bool isNamed = !IsConnectionBased && !message.Name.IsEmpty;
        if (!isNamed && Peer == null)
        {
            return Errno.ENOTCONN;
        }

        if (data.Remaining > (ulong)(SendBufferBytes - ReservedBytes))
        {
            return Errno.EMSGSIZE;
        }

        if (PassesCredentials && Name == null)
        {
            Errno bound = BindAutomatically();
            if (bound != Errno.None)
            {
                return bound;
            }
        }

        LookForGarbage(in message);
        bool mustNotWait = MustNotWait(message.Flags);
        Instant deadline = DeadlineOf(SendTimeoutNs);
        Errno error = WaitForRoom(mustNotWait, deadline);
        while (error == Errno.None)
        {
            Result<UnixSocket> found = isNamed ? FindNamed(message.Name) : Peer == null ? Errno.ECONNRESET : Peer;
            if (!found.IsOk)
            {
                return found.Error;
            }

            UnixMessageSocket receiver = (UnixMessageSocket)found.Value;
            if (receiver.IsDead)
            {
                return Forget(receiver);
            }

            if (receiver.Peer != null && receiver.Peer != this && !IsConnectionBased)
            {
                return Errno.EPERM;
            }

            if ((receiver.Ended & ShutdownDirection.Receive) != 0)
            {
                return Errno.EPIPE;
            }

            if (receiver.IsFull && receiver.Peer != this && receiver != this)
            {
                error = mustNotWait ? Errno.EAGAIN : WaitAt(receiver._room, deadline);
                continue;
            }

            return receiver.Store(ref data, ref message, this);
        }

        return error;
    }

    public override Result<long> Receive(ref DataSink data, ref IncomingMessage message)
    {
        if ((message.Flags & MessageFlags.OutOfBand) != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        if (IsConnectionBased && !IsEstablished)
        {
            return Errno.ENOTCONN;
        }

        Errno error = WaitForMessage(MustNotWait(message.Flags));
        if (error != Errno.None)
        {
            return error == Errno.EPIPE ? 0 : error;
        }

        bool isPeeking = (message.Flags & MessageFlags.Peek) != 0;
        int offset = isPeeking ? Math.Max(PeekOffset, 0) : 0;
        if (!TryFind(offset, out int number, out int at, out int skipped))
        {
            bool hasEnded = Kind == SocketKind.SequencedPacket && (Ended & ShutdownDirection.Receive) != 0;
            if (hasEnded)
            {
                return 0;
            }

            error = MustNotWait(message.Flags) ? Errno.EAGAIN : WaitForOffset();
            if (error != Errno.None || !TryFind(offset, out number, out at, out skipped))
            {
                return error == Errno.None ? Errno.EAGAIN : error;
            }
        }

        UnixMessage first = _messages[(_first + number) & (_messages.Length - 1)];
        int left = first.Length - skipped;
        int wanted = (int)Math.Min((ulong)left, data.Remaining);
        int copied = _bytes.Copy(at, ref data, wanted);
        if (first.Name != null)
        {
            message.SetName(first.Name.Address);
        }

        if (!isPeeking)
        {
            Take();
        }

        if (copied < wanted)
        {
            if (!isPeeking)
            {
                first.Rights?.Release();
            }

            return Errno.EFAULT;
        }

        message.Credentials = PassesCredentials ? first.Credentials : null;
        AddTimeStamps(first.SentAt, isSent: false, ref message);
        message.Rights = isPeeking ? CopyOf(first.Rights) : first.Rights;
        message.Received |= wanted < left ? MessageFlags.Truncated : MessageFlags.None;
        MovePeekOffset(isPeeking ? copied : -first.Length);
        return (message.Flags & MessageFlags.Truncated) != 0 ? left : copied;
    }

    protected override bool CanSendNow()
    {
        if (IsListening || !HasSendRoom)
        {
            return false;
        }

        if (Peer is not UnixMessageSocket receiver || receiver.Peer == this || !receiver.IsFull || receiver.IsDead)
        {
            return true;
        }

        WatchRoomOf(receiver);
        return false;
    }

    protected override void DropData()
    {
        while (_count > 0)
        {
            FileRights? rights = _messages[_first].Rights;
            Take();
            if (rights != null)
            {
                Domain.Drop(rights);
            }
        }

        _room.WakeAll();
        _roomWaiter?.Queue?.Remove(_roomWaiter);
    }

    protected override void DropOwnRights()
    {
        for (int i = 0; i < _count; i++)
        {
            ref UnixMessage message = ref _messages[(_first + i) & (_messages.Length - 1)];
            if (message.Rights is { } rights)
            {
                message.Rights = null;
                Domain.OnTaken(this, rights);
                Domain.Drop(rights);
            }
        }
    }
}
