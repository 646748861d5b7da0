using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// A socket of AF_UNIX: its name, its peer and its end. What moves between peers is the subclass's. The states and the order of errors are those of
/// net/unix/af_unix.c.
/// </summary>
internal abstract partial class UnixSocket : Socket
{
    private UnixName? _name;
    private SocketCredentials _peerCredentials = SocketCredentials.Nobody;
    private uint[]? _peerGroups;
    private UnixSocket? _previousSocket;
    private UnixSocket? _nextSocket;

    protected UnixSocket(SocketSystem home, SocketKind kind, OpenFlags flags)
        : base(home, AddressFamily.Unix, kind, 0, flags)
    {
        _nextSocket = Domain.FirstSocket;
        if (_nextSocket != null)
        {
            _nextSocket._previousSocket = this;
        }

        Domain.FirstSocket = this;
        Maker = home.Caller.Credentials.User;
    }

    /// <summary>Who made it.</summary>
    public uint Maker { get; }

    /// <summary>Bytes that wait to be read; of messages, those of the first.</summary>
    public int WaitingBytes => ReadableBytes;

    /// <summary>The next of all sockets of the family.</summary>
    public UnixSocket? NextSocket => _nextSocket;

    public UnixName? Name => _name;

    /// <summary>The other end; of a datagram socket where it sends to.</summary>
    public UnixSocket? Peer { get; protected set; }

    /// <summary>What shutdown(2), here or at the peer, or the peer's end has ended.</summary>
    public ShutdownDirection Ended { get; private set; }

    /// <summary>It is connected, or was until its peer was closed.</summary>
    public bool IsEstablished { get; protected set; }

    public bool IsDead { get; private set; }

    public bool IsConnectionBased => Kind != SocketKind.Datagram;

    protected UnixDomain Domain => Home.Unix;

    protected override SocketCredentials PeerCredentials => _peerCredentials;

    protected override uint[]? PeerGroups => _peerGroups;

    protected override bool HasPeekOffset => true;

    protected override (int Received, int Sent, ulong Drops) Queued => (IsListening ? 0 : ReadableBytes, InFlightBytes, 0);

    /// <summary>Bytes that this socket has sent and nobody has received yet.</summary>
    public int InFlightBytes { get; private set; }

    /// <summary>Whether it is worth waking a writer: three quarters of the buffer are free.</summary>
    protected bool HasSendRoom => InFlightBytes <= SendBufferBytes / 4;

    protected abstract bool HasData { get; }

    /// <summary>Bytes that SIOCINQ tells.</summary>
    protected abstract int ReadableBytes { get; }

    /// <summary>Makes two fresh sockets peers: socketpair(2).</summary>
    public void Join(UnixSocket other)
    {
        SocketCredentials maker = Home.Caller.Credentials;
        SetPeer(other, maker);
        other.SetPeer(this, maker);
        _peerGroups = Home.Caller.Files.Groups.ToArray();
        other._peerGroups = _peerGroups;
    }

    public void SetName(UnixName name) => _name = name;

    public override Errno Bind(ReadOnlySpan<byte> name)
    {
        Errno error = UnixDomain.Parse(name, out ReadOnlySpan<byte> wanted);
        if (error != Errno.None)
        {
            return error;
        }

        if (wanted.IsEmpty && _name != null)
        {
            return Errno.None;
        }

        if (!wanted.IsEmpty && wanted[0] != 0)
        {
            return Domain.BindPath(this, wanted, Home.Caller.Files);
        }

        return _name != null ? Errno.EINVAL : wanted.IsEmpty ? Domain.BindAutomatically(this) : Domain.BindAbstract(this, wanted);
    }

    public override Result<int> GetName(Span<byte> name) => WriteName(_name, name);

    public override Result<int> GetPeerName(Span<byte> name) => Peer == null ? Errno.ENOTCONN : WriteName(Peer.Name, name);

    public override Errno Shutdown(ShutdownDirection direction)
    {
        End(direction);
        if (IsConnectionBased)
        {
            // What one stops to send the other has the end of, and the other way round.
            Peer?.End(Crossed(direction));
        }

        return Errno.None;
    }

    public override PollEvents Poll()
    {
        PollEvents events = PendingError != Errno.None ? PollEvents.Error : PollEvents.None;
        events |= Ended == ShutdownDirection.Both ? PollEvents.HangUp : PollEvents.None;
        events |= (Ended & ShutdownDirection.Receive) != 0 ? PollEvents.ReadHangUp | PollEvents.Readable : PollEvents.None;
        events |= HasData ? PollEvents.Readable : PollEvents.None;
        events |= IsConnectionBased && !IsEstablished && !IsListening ? PollEvents.HangUp : PollEvents.None;
        return events | (CanSendNow() ? PollEvents.Writable | PollEvents.WriteBand : PollEvents.None);
    }

    public override Result<long> Control(uint request, ulong argument, AddressSpace space)
    {
        switch ((SocketRequest)request)
        {
            case SocketRequest.OutputQueued:
                return space.TryWrite(new VirtAddr(argument), InFlightBytes) ? 0 : Errno.EFAULT;
            case SocketRequest.InputQueued:
                return IsListening ? Errno.EINVAL : space.TryWrite(new VirtAddr(argument), ReadableBytes) ? 0 : Errno.EFAULT;
            case SocketRequest.IsAtMark:
                return Errno.EOPNOTSUPP; // of streams alone
            case SocketRequest.FirstOfProtocol:
                return !Home.Caller.IsPrivileged ? Errno.EPERM : _name?.Inode == null ? Errno.ENOENT : Errno.EOPNOTSUPP; // SIOCUNIXFILE: docs/compat/socket-requests.md
            default:
                return InterfaceRequests.Control(Home, request, argument, space);
        }
    }

    /// <summary>Bytes of this socket were received, or dropped with their receiver.</summary>
    public void OnReceived(int bytes)
    {
        bool hadRoom = HasSendRoom;
        InFlightBytes -= bytes;
        if (!hadRoom && HasSendRoom)
        {
            Readiness.WakeAll((uint)(PollEvents.Writable | PollEvents.WriteBand));
        }
    }

    protected void OnSent(int bytes) => InFlightBytes += bytes;

    /// <summary>Call before files are sent: circles of messages may be all that holds many others.</summary>
    protected void LookForGarbage(in OutgoingMessage message)
    {
        if (message.Rights != null)
        {
            Domain.TryCollect();
        }
    }

    protected virtual bool CanSendNow() => !IsListening && HasSendRoom;

    /// <summary>Makes a socket the peer, for a connection.</summary>
    protected void SetPeer(UnixSocket peer, SocketCredentials credentials)
    {
        Peer = peer;
        IsEstablished = true;
        _peerCredentials = credentials;
    }

    protected void SetPeerCredentials(SocketCredentials credentials) => _peerCredentials = credentials;

    /// <summary>Ends a direction for good and tells whoever waits.</summary>
    protected void End(ShutdownDirection direction)
    {
        Ended |= direction;
        Readiness.WakeAll();
    }

    /// <summary>Drops all that was received and not read, without telling who sent it that it failed.</summary>
    protected abstract void DropData();

    [MayAllocate("the last close, not a read or a write")]
    protected override void OnClose()
    {
        base.OnClose();
        bool hadData = HasData;
        IsDead = true;
        Unlist();
        if (_name != null && _name.Owner == this)
        {
            Domain.Remove(_name);
        }

        UnixSocket? peer = Peer;
        Peer = null;
        Ended = ShutdownDirection.Both;
        if (peer is { IsDead: false } && IsConnectionBased)
        {
            // Data that nobody will read is a reset for who sent it.
            peer.OnPeerClosed(hadData);
        }

        CloseBacklog();
        DropData();
        Readiness.WakeAll();
        Domain.OnClosed();
    }

    private void OnPeerClosed(bool isReset)
    {
        if (Kind == SocketKind.Stream)
        {
            InFlightBytes = 0; // dropped with their receiver
        }

        PendingError = isReset ? Errno.ECONNRESET : PendingError;
        End(ShutdownDirection.Both);
    }

    private static ShutdownDirection Crossed(ShutdownDirection direction) =>
        ((direction & ShutdownDirection.Receive) != 0 ? ShutdownDirection.Send : ShutdownDirection.None) |
        ((direction & ShutdownDirection.Send) != 0 ? ShutdownDirection.Receive : ShutdownDirection.None);

    private static int WriteName(UnixName? bound, Span<byte> name)
    {
        if (bound == null)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(name, (ushort)AddressFamily.Unix);
            return UnixName.FamilyBytes;
        }

        bound.Address.AsSpan().CopyTo(name);
        return bound.Address.Length;
    }

    private void Unlist()
    {
        if (_previousSocket == null)
        {
            Domain.FirstSocket = _nextSocket;
        }
        else
        {
            _previousSocket._nextSocket = _nextSocket;
        }

        if (_nextSocket != null)
        {
            _nextSocket._previousSocket = _previousSocket;
        }

        _previousSocket = null;
        _nextSocket = null;
    }
}
