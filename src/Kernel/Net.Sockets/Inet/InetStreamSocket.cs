using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Vfs;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>A TCP socket (tcp(7)): a connection of the stack, or what may become one, or a listener. The order of errors is that of net/ipv4/af_inet.c and tcp.c.</summary>
internal sealed partial class InetStreamSocket : InetSocket
{
    private readonly SocketObserver _observer;
    private TcpConnection _connection;
    private TcpListener? _listener;
    private ConnectPhase _phase;

    public InetStreamSocket(SocketSystem home, Network network, NetStack stack, AddressFamily family, int protocol, OpenFlags flags)
        : this(home, network, stack, family, protocol, flags, new TcpConnection(stack, StackFamily(family)))
    {
    }

    private InetStreamSocket(SocketSystem home, Network network, NetStack stack, AddressFamily family, int protocol, OpenFlags flags, TcpConnection connection)
        : base(home, network, stack, family, SocketKind.Stream, protocol, flags)
    {
        _observer = new SocketObserver(this);
        _connection = connection;
        _connection.Observer = _observer;
        SendBufferBytes = connection.Settings.SendBuffer;
        ReceiveBufferBytes = connection.Settings.ReceiveBuffer;
    }

    public override bool IsListening => _listener != null;

    public override InetSocketState State => _listener == null
        ? InetSocketStates.Of(_connection, User, Inode.Number)
        : new InetSocketState(_listener.Local, _listener.Remote, (byte)TcpState.Listen, _listener.Backlog, _listener.Waiting, User, Inode.Number, 0) { Interface = _listener.BoundInterface };

    public override bool IsShown => _listener != null || _connection.State != TcpState.Closed;

    protected override Endpoint Endpoint => _listener ?? (Endpoint)_connection;

    public override Errno Listen(int backlog)
    {
        int wanted = Home.Limits.BacklogFor(backlog);
        if (_listener != null)
        {
            _listener.SetBacklog(wanted);
            return Errno.None;
        }

        NetError error = _phase != ConnectPhase.Unconnected ? NetError.InvalidArgument : _connection.Listen(wanted, Clock.Now, out _listener);
        if (_listener != null)
        {
            _connection.Observer = null;
            _listener.Observer = _observer;
        }

        Network.Update();
        return error.ToErrno();
    }

    public override Result<Socket> Accept(OpenFlags flags)
    {
        Instant deadline = DeadlineOf(ReceiveTimeoutNs);
        while (_listener != null)
        {
            TcpConnection? taken = _listener.Accept(Clock.Now);
            Network.Update();
            if (taken != null)
            {
                return Adopt(taken, flags);
            }

            Errno error = IsNonBlocking ? Errno.EAGAIN : WaitAt(Readiness, deadline, isExclusive: true);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return Errno.EINVAL;
    }

    public override Errno Connect(ReadOnlySpan<byte> name)
    {
        if (name.Length >= sizeof(ushort) && name[0] == (byte)AddressFamily.Unspecified && name[1] == 0)
        {
            Disconnect();
            return Errno.None;
        }

        if (name.Length < sizeof(ushort))
        {
            return Errno.EINVAL;
        }

        if (_listener != null)
        {
            return Errno.EISCONN;
        }

        switch (_phase)
        {
            case ConnectPhase.Connected:
                return Errno.EISCONN;
            case ConnectPhase.Disconnecting:
                return Errno.EINVAL;
            case ConnectPhase.Connecting:
                return WaitForConnection(Errno.EALREADY);
        }

        Errno error = InetAddress.Read(name, Family, out EndpointAddress peer);
        error = error == Errno.None ? CheckPeer(peer, name.Length) : error;
        if (error != Errno.None)
        {
            return error;
        }

        NetError started = _connection.Connect(peer, Clock.Now);
        Network.Update();
        if (started != NetError.InProgress)
        {
            return started.ToErrno();
        }

        // Even a connection on this machine, which is made by now, is told of by the next call only.
        _phase = ConnectPhase.Connecting;
        return IsNonBlocking ? Errno.EINPROGRESS : WaitForConnection(Errno.EINPROGRESS);
    }

    public override Result<int> GetPeerName(Span<byte> name) =>
        _listener != null || _connection.State is TcpState.Closed or TcpState.SynSent ? Errno.ENOTCONN : InetAddress.Write(name, Family, _connection.Remote);

    public override Result<int> GetAcceptedName(Span<byte> name) => InetAddress.Write(name, Family, _connection.Remote);

    public override Errno Shutdown(ShutdownDirection direction)
    {
        Errno error = Errno.None;
        if (_listener == null)
        {
            NoteShutdown();
            error = _connection.Shutdown((direction & ShutdownDirection.Receive) != 0, (direction & ShutdownDirection.Send) != 0, Clock.Now).ToErrno();
        }
        else if ((direction & ShutdownDirection.Receive) != 0)
        {
            StopListening();
        }

        Network.Update();
        Readiness.WakeAll();
        return error;
    }

    public override PollEvents Poll()
    {
        if (_listener != null)
        {
            return _listener.Readiness.ToPoll();
        }

        PollEvents events = _connection.Readiness.ToPoll();
        return ReceiveLowWater > 1 ? WithoutFew(events) : events;
    }

    /// <summary>SO_RCVLOWAT: less is nothing to read, unless no more will come.</summary>
    private PollEvents WithoutFew(PollEvents events) =>
        _connection.IsEndOfInput || _connection.Available >= ReceiveLowWater ? events : events & ~PollEvents.Readable;

    protected override NetError BindEndpoint(in EndpointAddress address) => _listener != null ? NetError.InvalidArgument : _connection.Bind(address, Clock.Now);

    protected override Errno TakeStackError() => _listener == null ? _connection.TakeAnyError().ToErrno() : Errno.None;

    protected override void OnClose()
    {
        base.OnClose();
        if (_listener != null)
        {
            _listener.Close(Clock.Now);
        }
        else
        {
            _connection.Close(Clock.Now);
            if (LingerSeconds is > 0 and int seconds && Home.Caller.GoesOn)
            {
                Linger(seconds);
            }
        }

        Network.Update();
        Readiness.WakeAll();
    }

    /// <summary>SO_LINGER: waits until the peer has acknowledged everything, or the time is over, whether calls of the socket wait or not (socket(7)).</summary>
    private void Linger(int seconds)
    {
        Instant deadline = Clock.Now.Plus((ulong)seconds * 1_000_000_000);
        _connection.Observer = _observer;
        Network.Update();
        while (_connection.IsEndUnacknowledged && WaitAt(Readiness, deadline) == Errno.None)
        {
            // Something has come that was not the last acknowledgement.
        }

        _connection.Observer = null;
    }

    /// <summary>A socket that shuts down before connect(2) has told how it went is connected now, or done with.</summary>
    private void NoteShutdown()
    {
        if (_phase == ConnectPhase.Connecting)
        {
            _phase = _connection.State switch
            {
                TcpState.SynSent => ConnectPhase.Unconnected, // it is given up
                TcpState.SynReceived or TcpState.Closed => ConnectPhase.Disconnecting,
                _ => ConnectPhase.Connected,
            };
        }
    }

    /// <summary>connect(2) with AF_UNSPEC: whatever it is, it is nothing afterwards (tcp_disconnect).</summary>
    private void Disconnect()
    {
        if (_listener != null)
        {
            StopListening();
        }
        else
        {
            _connection.Disconnect(Clock.Now);
        }

        _phase = ConnectPhase.Unconnected;
        Network.Update();
        Readiness.WakeAll();
    }

    private void StopListening()
    {
        EndpointAddress local = _listener!.Local;
        _listener.Close(Clock.Now);
        TcpConnection fresh = new(Stack, StackFamily(Family)) { Settings = _listener.Settings, ReusesAddress = Has(OptionBits.ReuseAddress), ReusesPort = Has(OptionBits.ReusePort), Observer = _observer };
        if (!_connection.IsPortChosen || fresh.Bind(local, Clock.Now) != NetError.None)
        {
            fresh.KeepName(local); // the port was any, or is not free any more
        }

        _connection = fresh;
        _listener = null;
    }

    private InetStreamSocket Adopt(TcpConnection connection, OpenFlags flags)
    {
        InetStreamSocket socket = new(Home, Network, Stack, Family, Protocol, flags, connection) { _phase = ConnectPhase.Connected };
        socket.Inherit(this);
        return socket;
    }

    /// <summary>Waits, if calls of the socket do, until the connection is made or has failed. <paramref name="meanwhile"/> is told while it is neither.</summary>
    private Errno WaitForConnection(Errno meanwhile)
    {
        Instant deadline = DeadlineOf(SendTimeoutNs);
        while (_connection.State is TcpState.SynSent or TcpState.SynReceived)
        {
            Errno error = IsNonBlocking ? Errno.EAGAIN : WaitAt(Readiness, deadline);
            if (error != Errno.None)
            {
                return error == Errno.EAGAIN ? meanwhile : error;
            }
        }

        if (_connection.State != TcpState.Closed)
        {
            _phase = ConnectPhase.Connected;
            return Errno.None;
        }

        NetError failure = _connection.TakeError();
        Disconnect();
        return failure == NetError.None ? Errno.ECONNABORTED : failure.ToErrno();
    }
}
