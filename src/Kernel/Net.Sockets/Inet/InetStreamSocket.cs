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
    private bool _isConnecting;
    private bool _wasConnected;

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

        NetError error = _wasConnected || _isConnecting ? NetError.InvalidArgument : _connection.Listen(wanted, Clock.Now, out _listener);
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
        if (_listener != null)
        {
            return Errno.EISCONN;
        }

        if (name.Length >= sizeof(ushort) && name[0] == (byte)AddressFamily.Unspecified && name[1] == 0)
        {
            _connection.Disconnect(Clock.Now);
            _isConnecting = false;
            _wasConnected = false;
            Network.Update();
            return Errno.None;
        }

        if (_wasConnected && !_isConnecting)
        {
            return Errno.EISCONN;
        }

        if (_isConnecting)
        {
            if (_connection.State == TcpState.SynSent && IsNonBlocking)
            {
                return Errno.EALREADY;
            }
        }
        else
        {
            Errno error = InetAddress.Read(name, Family, out EndpointAddress peer);
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

            _isConnecting = true;
            if (IsNonBlocking)
            {
                return Errno.EINPROGRESS;
            }
        }

        return WaitForConnection();
    }

    public override Result<int> GetPeerName(Span<byte> name) =>
        _listener != null || _connection.State is TcpState.Closed or TcpState.SynSent ? Errno.ENOTCONN : InetAddress.Write(name, Family, _connection.Remote);

    public override Result<int> GetAcceptedName(Span<byte> name) => InetAddress.Write(name, Family, _connection.Remote);

    public override Errno Shutdown(ShutdownDirection direction)
    {
        Errno error;
        if (_listener == null)
        {
            error = _connection.Shutdown((direction & ShutdownDirection.Receive) != 0, (direction & ShutdownDirection.Send) != 0, Clock.Now).ToErrno();
        }
        else
        {
            error = (direction & ShutdownDirection.Receive) != 0 ? StopListening() : Errno.None;
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

        // A socket that was never connected can be written to, with an error, and is hung up (tcp_poll).
        bool isFresh = _connection.State == TcpState.Closed && !_wasConnected && !_isConnecting;
        return isFresh ? PollEvents.Writable | PollEvents.HangUp : _connection.Readiness.ToPoll();
    }

    protected override NetError BindEndpoint(in EndpointAddress address) => _listener != null ? NetError.InvalidArgument : _connection.Bind(address, Clock.Now);

    protected override Errno TakeStackError() => _listener == null ? _connection.TakeError().ToErrno() : Errno.None;

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

    private Errno StopListening()
    {
        EndpointAddress local = _listener!.Local;
        _listener.Close(Clock.Now);
        TcpConnection fresh = new(Stack, StackFamily(Family)) { Settings = _listener.Settings, ReusesAddress = Has(OptionBits.ReuseAddress), ReusesPort = Has(OptionBits.ReusePort), Observer = _observer };
        _ = fresh.Bind(local, Clock.Now); // it keeps its name where that is still free
        _connection = fresh;
        _listener = null;
        return Errno.None;
    }

    private InetStreamSocket Adopt(TcpConnection connection, OpenFlags flags)
    {
        InetStreamSocket socket = new(Home, Network, Stack, Family, Protocol, flags, connection) { _wasConnected = true };
        socket.Inherit(this);
        return socket;
    }

    private Errno WaitForConnection()
    {
        Instant deadline = DeadlineOf(SendTimeoutNs);
        while (_connection.State is TcpState.SynSent or TcpState.SynReceived && !_connection.IsConnected)
        {
            Errno error = WaitAt(Readiness, deadline);
            if (error != Errno.None)
            {
                return error == Errno.EAGAIN ? Errno.EINPROGRESS : error;
            }
        }

        _isConnecting = false;
        if (_connection.IsConnected)
        {
            _wasConnected = true;
            return Errno.None;
        }

        NetError failure = _connection.TakeError();
        return failure == NetError.None ? Errno.ECONNABORTED : failure.ToErrno();
    }
}
