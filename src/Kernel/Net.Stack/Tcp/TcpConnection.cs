using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// A TCP connection (RFC 9293), or a socket that may become one or a listener. After <see cref="Close"/> or <see cref="Abort"/> it belongs to the stack, which uses it again: whoever
/// closed it must forget it.
/// </summary>
public sealed partial class TcpConnection : Endpoint
{
    internal const ulong Millisecond = 1_000_000;
    internal const ulong Second = 1_000_000_000;

    /// <summary>The smallest buffer, as Linux has it (SOCK_MIN_SNDBUF is larger; this is room for a segment).</summary>
    public const int MinimumBuffer = 4608;

    /// <summary>The smallest buffer of the receiving side (SOCK_MIN_RCVBUF).</summary>
    public const int MinimumReceiveBuffer = 2304;

    /// <summary>The program's options. A change of buffer sizes or of keep-alive takes effect by <see cref="SettingsChanged"/>.</summary>
    public TcpSettings Settings;

    private NetPath _path;
    private ByteList _sendQueue;
    private ByteList _receiveQueue;
    private NetError _pending;
    private bool _isOrphan;
    private bool _isReadShut; // the program reads no more, the peer's end has come, or the connection is over
    private bool _isWriteShut;
    private bool _isFinQueued;
    private bool _isFinReceived;
    private bool _isAutoBound;
    private bool _isPortChosen; // by the program: the socket keeps it after a connection
    private IpAddress _boundAddress;

    public TcpConnection(NetStack stack, AddressFamily family)
        : base(stack, family)
    {
        Settings = TcpSettings.Default(stack.Options);
        State = TcpState.Closed;
    }

    public TcpState State { get; private set; }

    /// <summary>Whether the program has named the port that it is bound to.</summary>
    public bool IsPortChosen => _isPortChosen;

    /// <summary>Bytes that can be read (FIONREAD).</summary>
    public int Available => _receiveQueue.Length;

    /// <summary>Bytes that the peer has not acknowledged, sent or not (SIOCOUTQ).</summary>
    public int Unacknowledged => _sendQueue.Length + (IsEndUnacknowledged ? 1 : 0); // the end counts, as in Linux

    /// <summary>Whether it was closed and the peer has not acknowledged all that was sent and the end.</summary>
    public bool IsEndUnacknowledged => State is TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck;

    /// <summary>When the peer was last heard of.</summary>
    internal Instant LastHeard => _lastHeard;

    /// <summary>Bytes that were not sent yet (SIOCOUTQNSD).</summary>
    public int Unsent => Math.Max(QueueEnd - _sendNext, 0);

    /// <summary>The program's connection is made, and was at some time.</summary>
    public bool IsConnected => State is TcpState.Established or TcpState.CloseWait or TcpState.FinWait1 or TcpState.FinWait2 or TcpState.Closing or TcpState.LastAck;

    /// <summary>Nothing more will be read after what is queued.</summary>
    public bool IsEndOfInput => _isReadShut;

    /// <summary>The peer's end has come.</summary>
    public bool HasEnded => _isFinReceived;

    public override NetEvents Readiness
    {
        get
        {
            if (State is TcpState.SynSent or TcpState.SynReceived)
            {
                return (_pending != NetError.None || HasReports ? NetEvents.Error : 0)
                    | (_isReadShut ? NetEvents.Readable | NetEvents.ReadClosed : 0)
                    | (_isReadShut && _isWriteShut ? NetEvents.HungUp : 0);
            }

            NetEvents events = (_receiveQueue.Length > 0 || _isReadShut ? NetEvents.Readable : 0)
                | (_isWriteShut || HasRoom ? NetEvents.Writable : 0)
                | (_isReadShut ? NetEvents.ReadClosed : 0)
                | (State == TcpState.Closed || (_isReadShut && _isWriteShut) ? NetEvents.HungUp : 0);
            if (HasUrgent)
            {
                events = WithUrgent(events);
            }

            return _pending != NetError.None || HasReports ? events | NetEvents.Error : events;
        }
    }

    /// <summary>Goes by a name that is another's now, as a socket that no longer listens does.</summary>
    public void KeepName(EndpointAddress name)
    {
        Local = name;
        _boundAddress = name.Address;
    }

    /// <summary>Takes an address; port zero has one chosen.</summary>
    public NetError Bind(EndpointAddress address, Instant now)
    {
        Stack.Enter(now);
        if (IsBound || State != TcpState.Closed)
        {
            return NetError.InvalidArgument;
        }

        NetError error = Stack.CheckBindable(this, address.Address);
        error = error != NetError.None ? error : Stack.Tcp.Ports.Bind(this, address);
        if (error == NetError.None)
        {
            _isPortChosen = address.Port != 0;
            _boundAddress = address.Address;
        }

        return error;
    }

    /// <summary>
    /// Begins a connection: <see cref="NetError.InProgress"/> when the SYN is on its way. Writable then says that it is made, Error that it failed.
    /// </summary>
    public NetError Connect(EndpointAddress peer, Instant now)
    {
        Stack.Enter(now);
        if (State != TcpState.Closed)
        {
            return State == TcpState.SynSent ? NetError.InProgress : NetError.AlreadyConnected;
        }

        if (!Speaks(peer.Address))
        {
            return NetError.FamilyMismatch;
        }

        if (peer.Address.IsUnspecified)
        {
            peer = peer with { Address = peer.Address.IsV4 ? IpAddress.LoopbackV4 : IpAddress.LoopbackV6 };
        }

        if (peer.Address.IsMulticast || peer.Address.IsLimitedBroadcast)
        {
            return NetError.NetworkUnreachable;
        }

        NetError error = IsNowhere ? NetError.NetworkUnreachable : NetError.None;
        if (error != NetError.None)
        {
            return error;
        }

        error = Stack.FindPath(peer.Address, Local.Address, Stack.InterfaceOf(BoundInterface != 0 ? BoundInterface : peer.Scope), out _path);
        if (error != NetError.None)
        {
            return error;
        }

        if (_path.IsBroadcast)
        {
            return NetError.NetworkUnreachable;
        }

        error = TakeLocalAddress(peer);
        if (error != NetError.None)
        {
            return error;
        }

        _pending = NetError.None;
        Remote = peer;
        Stack.Tcp.Connections.Add(this);
        Stack.Counters.TcpActive++;
        StartActive();
        Stack.Drain();
        return NetError.InProgress;
    }

    /// <summary>
    /// Makes a listener of the socket: its address and options go over to it, and this block is not used any more. A socket that is not bound is given a port.
    /// </summary>
    public NetError Listen(int backlog, Instant now, out TcpListener? listener)
    {
        Stack.Enter(now);
        listener = null;
        if (State != TcpState.Closed)
        {
            return NetError.InvalidArgument;
        }

        if (!IsBound && Stack.Tcp.Ports.Bind(this, Local with { Port = 0 }) is NetError error and not NetError.None)
        {
            return error;
        }

        // Two that share by SO_REUSEADDR cannot both listen.
        TcpListener made = new(this, backlog);
        Stack.Tcp.Ports.Release(this);
        if (Stack.Tcp.Ports.IsTaken(made, Local.Address, Local.Port))
        {
            Stack.Tcp.Ports.Hold(this, Local);
            return NetError.AddressInUse;
        }

        Stack.Tcp.Ports.Hold(made, Local);
        Stack.Tcp.Listeners++;
        listener = made;
        Stack.Replenish();
        return NetError.None;
    }

    /// <summary>SO_ERROR: the pending error, or one that the connection goes on with; it is gone then.</summary>
    public NetError TakeAnyError()
    {
        NetError error = TakeError();
        if (error == NetError.None)
        {
            error = _softError;
            _softError = NetError.None;
        }

        return error;
    }

    /// <summary>The pending error, which is gone with it.</summary>
    public NetError TakeError()
    {
        NetError error = _pending;
        _pending = NetError.None;
        return error;
    }

    /// <summary>shutdown(2): no more will be read, or sent.</summary>
    public NetError Shutdown(bool read, bool write, Instant now)
    {
        Stack.Enter(now);
        if (State == TcpState.SynSent)
        {
            // What is not made yet is given up.
            Disconnect(now);
            return NetError.None;
        }

        // Without a connection it fails, and holds all the same: as in Linux.
        _isReadShut |= read;
        _isWriteShut |= write;
        if (write)
        {
            QueueFin();
        }

        NetError error = State == TcpState.Closed ? NetError.NotConnected : NetError.None;
        Observer?.OnReady(Readiness);
        Stack.Drain();
        return error;
    }

    /// <summary>
    /// close(2): the program is done with it. What is queued is still sent; what was not read, or lingering for no time, resets the connection (RFC 2525, 2.17).
    /// </summary>
    public void Close(Instant now)
    {
        Stack.Enter(now);
        Observer = null;
        _isOrphan = true;
        bool isUnread = _receiveQueue.Length > 0;
        ClearReports();
        Stack.Pool.Clear(ref _receiveQueue);
        if (State is TcpState.Closed or TcpState.SynSent)
        {
            Finish();
        }
        else if (isUnread || (Settings.Lingers && Settings.LingerSeconds == 0))
        {
            Stack.Counters.Tcp.AbortsOnClose += isUnread ? 1u : 0;
            Stack.Counters.Tcp.AbortsOnData += isUnread ? 0u : 1;
            Reset();
        }
        else
        {
            QueueFin();
            if (State == TcpState.FinWait2)
            {
                ArmFinTimeout();
            }
        }

        Stack.Drain();
    }

    /// <summary>Ends the connection at once with a reset.</summary>
    public void Abort(Instant now)
    {
        Stack.Enter(now);
        Observer = null;
        _isOrphan = true;
        if (State is TcpState.Closed or TcpState.SynSent)
        {
            Finish();
        }
        else
        {
            Reset();
        }

        Stack.Drain();
    }

    /// <summary>
    /// connect(2) with AF_UNSPEC, and whatever else gives a connection up: resets it, which the program hears of as it does of any reset. What was not read is gone, and the socket can be
    /// used for another (tcp_disconnect).
    /// </summary>
    public void Disconnect(Instant now)
    {
        Stack.Enter(now);
        NetError error = _pending;
        switch (State)
        {
            case TcpState.Established or TcpState.CloseWait or TcpState.FinWait1 or TcpState.FinWait2 or TcpState.SynReceived:
            case TcpState.Closing or TcpState.LastAck when Unsent > 0:
                SendReset();
                error = NetError.ConnectionReset;
                break;
            case TcpState.SynSent:
                error = NetError.ConnectionReset;
                break;
        }

        Teardown();
        Stack.Pool.Clear(ref _receiveQueue);
        _urgent = UrgentState.None;
        _isInteractive = false;
        _pending = error;
        _isReadShut = _isWriteShut = _isFinReceived = false;
        Remote = new EndpointAddress(Family == AddressFamily.V4 ? IpAddress.AnyV4 : IpAddress.AnyV6, 0);
        Local = Local with { Address = _boundAddress.IsUnspecified ? Remote.Address : _boundAddress };
        Observer?.OnReady(NetEvents.Error | NetEvents.Readable | NetEvents.Writable | NetEvents.HungUp);
        Stack.Drain();
    }

    /// <summary>The program has changed <see cref="Settings"/>.</summary>
    public void SettingsChanged(Instant now)
    {
        Stack.Enter(now);
        Settings.SendBuffer = Math.Max(Settings.SendBuffer, MinimumBuffer);
        Settings.ReceiveBuffer = Math.Max(Settings.ReceiveBuffer, MinimumReceiveBuffer);
        _congestion.IsReno = Settings.IsReno;
        if (IsConnected)
        {
            ArmKeepAlive();
            Push(now);
        }
    }

    /// <summary>Chooses the port of a connection that a program makes (RFC 6056), or checks that of a bound one.</summary>
    private NetError TakeLocalAddress(in EndpointAddress peer)
    {
        IpAddress source = _path.Source;
        TcpProtocol tcp = Stack.Tcp;
        if (IsBound)
        {
            if (!tcp.IsFree(source, Local.Port, peer.Address, peer.Port))
            {
                return NetError.AddressNotAvailable;
            }

            Local = new EndpointAddress(source, Local.Port, Local.Scope);
            return NetError.None;
        }

        int first = Stack.Options.FirstEphemeralPort;
        int count = Stack.Options.LastEphemeralPort - first + 1;
        uint start = tcp.Ports.SearchStart(source, peer.Address, peer.Port);
        for (int i = 0; i < count; i++)
        {
            ushort port = (ushort)(first + (int)(unchecked(start + (uint)i) % (uint)count));
            if (!tcp.IsHeldByOthers(source, port) && tcp.IsFree(source, port, peer.Address, peer.Port))
            {
                tcp.Ports.Hold(this, new EndpointAddress(source, port, peer.Scope));
                _isAutoBound = true;
                return NetError.None;
            }
        }

        return NetError.AddressNotAvailable;
    }
}
