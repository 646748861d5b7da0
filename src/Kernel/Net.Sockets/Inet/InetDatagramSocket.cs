using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Vfs;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Datagrams over IP: UDP (udp(7)), ping sockets (icmp(7)) and raw ones (raw(7)). Bytes are copied between the program's memory and the packet's pages, once.</summary>
internal sealed partial class InetDatagramSocket : InetSocket
{
    private const uint InputQueued = 0x541b; // SIOCINQ
    private const uint OutputQueued = 0x5411; // SIOCOUTQ

    private readonly DatagramEndpoint _endpoint;

    /// <summary>Makes a socket with its block in the stack.</summary>
    public InetDatagramSocket(SocketSystem home, Network network, DatagramEndpoint endpoint, AddressFamily family, SocketKind kind, int protocol, OpenFlags flags)
        : base(home, network, endpoint.Stack, family, kind, protocol, flags)
    {
        _endpoint = endpoint;
        _endpoint.Observer = new SocketObserver(this);
        _endpoint.ReceiveBuffer = ReceiveBufferBytes;
    }

    /// <summary>Raw sockets are listed from their birth, others when they have a port.</summary>
    public override bool IsShown => base.IsShown || _endpoint is RawEndpoint;

    protected override Endpoint Endpoint => _endpoint;

    public override InetSocketState State
    {
        get
        {
            const byte Established = 1;
            const byte Unconnected = 7;
            EndpointAddress local = _endpoint is RawEndpoint ? new EndpointAddress(_endpoint.Local.Address, (ushort)Protocol) : _endpoint.Local;
            return new InetSocketState(
                local, _endpoint.Remote, _endpoint.IsConnected ? Established : Unconnected, 0, _endpoint.QueuedBytes, User, Inode.Number, _endpoint.Drops) { Interface = _endpoint.BoundInterface };
        }
    }

    public override ShutdownDirection Ended =>
        (_endpoint.IsReadShut ? ShutdownDirection.Receive : ShutdownDirection.None) | (_endpoint.IsWriteShut ? ShutdownDirection.Send : ShutdownDirection.None);

    public override Errno Connect(ReadOnlySpan<byte> name)
    {
        if (name.Length >= sizeof(ushort) && name[0] == (byte)AddressFamily.Unspecified && name[1] == 0)
        {
            _endpoint.Disconnect();
            return Errno.None;
        }

        Errno error = ReadDestination(name, out EndpointAddress peer);
        if (error == Errno.None)
        {
            error = _endpoint.Connect(peer, Clock.Now).ToErrno();
            Network.Update();
        }

        return error;
    }

    public override Errno Shutdown(ShutdownDirection direction)
    {
        _endpoint.Shutdown((direction & ShutdownDirection.Receive) != 0, (direction & ShutdownDirection.Send) != 0);

        // Linux shuts it all the same, and says so.
        return _endpoint.IsConnected ? Errno.None : Errno.ENOTCONN;
    }

    public override Result<long> Send(ref DataSource data, ref OutgoingMessage message)
    {
        if (data.Remaining > UdpEndpoint.MaximumData + 20)
        {
            return Errno.EMSGSIZE;
        }

        if ((message.Flags & MessageFlags.OutOfBand) != 0 && (Family == AddressFamily.Inet || _endpoint is not UdpEndpoint))
        {
            return Errno.EOPNOTSUPP;
        }

        EndpointAddress peer = _endpoint.Remote;
        if (!message.Name.IsEmpty)
        {
            Errno bad = ReadDestination(message.Name, out peer);
            if (bad != Errno.None)
            {
                return bad;
            }
        }
        else if (!_endpoint.IsConnected)
        {
            return Errno.EDESTADDRREQ;
        }

        // UDP over IPv6 passes the flag over where UDP over IPv4 refuses it, as on Linux.
        if ((message.Flags & MessageFlags.OutOfBand) != 0 && peer.Address.IsV4)
        {
            return Errno.EOPNOTSUPP;
        }

        Errno unclear = DatagramControl.Read(message.Control, out DatagramOverrides overrides);
        if (unclear != Errno.None)
        {
            return unclear;
        }

        overrides.SegmentSize = overrides.HasSegmentSize ? overrides.SegmentSize : _segmentSize;

        if (_endpoint is RawEndpoint raw && Family == AddressFamily.Inet6 && peer.Port != 0 && peer.Port != raw.Protocol)
        {
            return Errno.EINVAL;
        }

        if (overrides.Interface != 0 && Stack.InterfaceOf(overrides.Interface) == null)
        {
            return Errno.ENODEV;
        }

        AddSticky(ref overrides);
        if (IsHeld(message.Flags))
        {
            return Hold(ref data, message.Flags, peer, overrides);
        }

        if (!Stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            return Errno.ENOBUFS;
        }

        long length = (long)data.Remaining;
        Errno error = Fill(packet, ref data);
        if (error != Errno.None)
        {
            packet.Release();
            return error;
        }

        bool isZeroCopy = TakesZeroCopy(message.Flags);
        AskForStamps(ref overrides);
        error = _endpoint.Send(packet, peer, overrides, Clock.Now).ToErrno();
        if (isZeroCopy && error == Errno.None)
        {
            ReportCopied();
        }

        Network.Update();
        return error == Errno.None ? length : error;
    }

    public override Result<long> Receive(ref DataSink data, ref IncomingMessage message)
    {
        if ((message.Flags & MessageFlags.OutOfBand) != 0 && _endpoint is not UdpEndpoint)
        {
            return Errno.EOPNOTSUPP;
        }

        Errno error = WaitForDatagram(MustNotWait(message.Flags));
        if (error != Errno.None)
        {
            return error == Errno.EPIPE ? 0 : error;
        }

        bool isPeeking = (message.Flags & MessageFlags.Peek) != 0;
        if (isPeeking && PeekOffset > 0)
        {
            return PeekFurther(ref data, ref message);
        }

        PacketBuffer? packet = isPeeking ? _endpoint.Peek() : _endpoint.Take();
        int length = packet!.Length;
        int wanted = (int)Math.Min((ulong)length, data.Remaining);
        int copied = CopyOut(packet, ref data);
        MovePeekOffset(isPeeking ? copied : -length);
        Span<byte> name = stackalloc byte[InetAddress.V6Bytes];
        if (!message.Name.IsEmpty)
        {
            message.SetName(name[..InetAddress.Write(name, Family, DatagramEndpoint.SourceOf(packet))]);
        }

        AddTimeStamps(packet.ArrivedAt, isSent: false, ref message);
        AddControl(packet, ref message);
        if (!isPeeking)
        {
            packet.Release();
        }

        if (copied < wanted)
        {
            return Errno.EFAULT;
        }

        message.Received |= wanted < length ? MessageFlags.Truncated : MessageFlags.None;
        return (message.Flags & MessageFlags.Truncated) != 0 ? length : copied;
    }

    public override Result<long> Control(uint request, ulong argument, AddressSpace space) => request switch
    {
        InputQueued => space.TryWrite(new VirtAddr(argument), _endpoint.FirstLength) ? 0 : Errno.EFAULT,
        OutputQueued => space.TryWrite(new VirtAddr(argument), 0) ? 0 : Errno.EFAULT,
        _ => base.Control(request, argument, space),
    };

    protected override NetError BindEndpoint(in EndpointAddress address) =>
        _endpoint.Bind(address, Clock.Now);

    protected override Errno TakeStackError() => _endpoint.TakeError().ToErrno();

    protected override void OnHeaderFieldsSet()
    {
        _endpoint.TimeToLive = TimeToLive;
        _endpoint.TypeOfService = TypeOfService;
        _endpoint.MayFragment = !RefusesFragments;
        _endpoint.UnicastInterface = UnicastInterface;
        _endpoint.BindsAnywhere = Has(IpOptionBits.FreeBind) || Has(IpOptionBits.Transparent);
        _endpoint.TakesAllGroups = Has(Family == AddressFamily.Inet ? IpOptionBits.MulticastAll : IpOptionBits.MulticastAll6);
        _endpoint.HearsOfPathMtu = DiscoversPathMtu;
        SetErrorQueues();
    }

    protected override Result<int> PathMtu => _endpoint.PathMtu(Clock.Now) is not 0 and int mtu ? mtu : Errno.ENOTCONN;

    protected override void OnOptionSet(OptionBits bit)
    {
        base.OnOptionSet(bit);
        _endpoint.MayBroadcast = Has(OptionBits.Broadcast);
        _endpoint.IsErrorQueueUrgent = Has(OptionBits.SelectErrorQueue);
        _endpoint.OmitsChecksum = Has(OptionBits.NoCheck);
    }

    protected override void OnBufferSet(bool isSend) => _endpoint.ReceiveBuffer = ReceiveBufferBytes;

    protected override void OnClose()
    {
        base.OnClose();
        DropHeld();
        _endpoint.Close(Clock.Now);
        Network.Update();
        Readiness.WakeAll();
    }

    /// <summary>The destination of a message. A socket of AF_INET6 takes AF_INET addresses too, and both take an unspecified family for AF_INET as Linux does.</summary>
    private Errno ReadDestination(ReadOnlySpan<byte> name, out EndpointAddress peer)
    {
        bool isV4 = Family == AddressFamily.Inet6 && name.Length >= sizeof(ushort) && name[0] == (byte)AddressFamily.Inet && name[1] == 0 && !_endpoint.IsV6Only;
        return InetAddress.Read(name, isV4 ? AddressFamily.Inet : Family, out peer);
    }

    private Errno WaitForDatagram(bool mustNotWait)
    {
        Instant deadline = DeadlineOf(ReceiveTimeoutNs);
        while (true)
        {
            NetError pending = _endpoint.TakeError();
            if (pending != NetError.None)
            {
                return pending.ToErrno();
            }

            if (_endpoint.Peek() != null)
            {
                return Errno.None;
            }

            if (_endpoint.IsReadShut && !mustNotWait)
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

    private Errno Fill(PacketBuffer packet, ref DataSource data)
    {
        while (data.Remaining > 0)
        {
            if (!packet.TryGetRoom(out PacketPart room))
            {
                return Errno.ENOBUFS;
            }

            int wanted = (int)Math.Min((ulong)room.Length, data.Remaining);
            int copied = data.Read(Stack.Pool.FrameOf(room.Page), room.Offset, wanted);
            packet.Commit(copied);
            if (copied < wanted)
            {
                return Errno.EFAULT;
            }
        }

        return Errno.None;
    }
}
