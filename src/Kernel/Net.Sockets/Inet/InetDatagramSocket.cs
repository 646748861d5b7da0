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
    private readonly DatagramEndpoint _endpoint;
    private Instant _lastStamp;

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
                local, _endpoint.Remote, _endpoint.IsConnected ? Established : Unconnected, 0, _endpoint.QueuedBytes, User, Inode.Number,
                    _endpoint.Drops)
            {
                Interface = _endpoint.BoundInterface,
            };
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
        error = error == Errno.None ? CheckPeer(peer, name.Length) : error;
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
        bool isTooLong = data.Remaining > UdpEndpoint.MaximumData + 20;
        if (isTooLong && Family == AddressFamily.Inet)
        {
            return Errno.EMSGSIZE; // of IPv6 the peer is looked at first
        }

        if ((message.Flags & MessageFlags.OutOfBand) != 0 && (Family == AddressFamily.Inet || _endpoint is not UdpEndpoint))
        {
            return Errno.EOPNOTSUPP;
        }

        EndpointAddress peer = _endpoint.Remote;
        bool isAny = IsUnspecifiedV6(message.Name); // which stands for the peer
        if ((message.HasName && (_endpoint is not RawEndpoint || !message.Name.IsEmpty)) && !isAny)
        {
            Errno bad = ReadSendDestination(message.Name, out peer);
            if (bad != Errno.None)
            {
                return bad;
            }
        }
        else if (!_endpoint.IsConnected)
        {
            return Errno.EDESTADDRREQ;
        }

        if (isTooLong)
        {
            _endpoint.NoteRefused(peer, Clock.Now);
            return Errno.EMSGSIZE;
        }

        // UDP over IPv6 passes the flag over where UDP over IPv4 refuses it, as on Linux.
        if ((message.Flags & MessageFlags.OutOfBand) != 0 && peer.Address.IsV4)
        {
            return Errno.EOPNOTSUPP;
        }

        bool isUdp = _endpoint is UdpEndpoint;
        Errno unclear = DatagramControl.Read(message.Control, peer.Address.IsV4, Family == AddressFamily.Inet6, isUdp, out DatagramOverrides overrides);
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
        Span<byte> name = stackalloc byte[InetAddress.V6Bytes];
        if (!message.Name.IsEmpty)
        {
            message.SetName(name[..InetAddress.Write(name, Family, DatagramEndpoint.SourceOf(packet))]);
        }

        if (WantsTimeStamps)
        {
            AddTimeStamps(packet.ArrivedAt, isSent: false, ref message);
        }
        else
        {
            _lastStamp = packet.ArrivedAt;
        }

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
        int told = (message.Flags & MessageFlags.Truncated) != 0 ? length : copied;
        MovePeekOffset(isPeeking ? told : -told); // by what is told, not by what has gone (udp_recvmsg)
        return told;
    }

    public override Result<long> Control(uint request, ulong argument, AddressSpace space) => (SocketRequest)request switch
    {
        SocketRequest.InputQueued => space.TryWrite(new VirtAddr(argument), _endpoint.FirstLength) ? 0 : Errno.EFAULT,
        SocketRequest.FirstOfProtocol or SocketRequest.SecondOfProtocol when _endpoint is RawEndpoint => ControlRouting((SocketRequest)request, argument, space),
        SocketRequest.OutputQueued => space.TryWrite(new VirtAddr(argument), 0) ? 0 : Errno.EFAULT,
        _ => base.Control(request, argument, space),
    };

    /// <summary>SIOCGETVIFCNT and SIOCGETSGCNT: there are no interfaces and no routes of a router of groups (ipmr_ioctl).</summary>
    private static Result<long> ControlRouting(SocketRequest request, ulong argument, AddressSpace space)
    {
        Span<byte> asked = stackalloc byte[InterfaceRequests.NameBytes];
        return space.Read(new VirtAddr(argument), asked) != asked.Length ? Errno.EFAULT
            : request == SocketRequest.FirstOfProtocol ? Errno.EINVAL
            : Errno.EADDRNOTAVAIL;
    }

    protected override Instant LastStamp => _lastStamp;

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

    /// <summary>A peer's address. A socket of AF_INET6 takes those of AF_INET too, unless it is of IPv6 alone: EAFNOSUPPORT.</summary>
    private Errno ReadDestination(ReadOnlySpan<byte> name, out EndpointAddress peer)
    {
        bool isV4 = Family == AddressFamily.Inet6 && _endpoint is not RawEndpoint && FamilyOf(name) == AddressFamily.Inet;
        peer = default;
        return isV4 && _endpoint.IsV6Only ? Errno.EAFNOSUPPORT : InetAddress.Read(name, isV4 ? AddressFamily.Inet : Family, out peer);
    }

    /// <summary>The destination of one message, for which an unspecified family is as good as AF_INET, and another is EINVAL to UDP over IPv6 (udpv6_sendmsg).</summary>
    private Errno ReadSendDestination(ReadOnlySpan<byte> name, out EndpointAddress peer)
    {
        if (Family == AddressFamily.Inet)
        {
            return InetAddress.Read(name, AddressFamily.Inet, out peer, takesUnspecified: true);
        }

        bool isV4 = FamilyOf(name) == AddressFamily.Inet;
        if (isV4 && _endpoint is UdpEndpoint && _endpoint.IsV6Only)
        {
            peer = default;
            return name.Length < InetAddress.V4Bytes ? Errno.EINVAL : Errno.ENETUNREACH;
        }

        Errno error = ReadDestination(name, out peer);
        return error == Errno.EAFNOSUPPORT && _endpoint is UdpEndpoint ? Errno.EINVAL : error;
    }

    private bool IsUnspecifiedV6(ReadOnlySpan<byte> name) =>
        Family == AddressFamily.Inet6 && _endpoint is UdpEndpoint && FamilyOf(name) == AddressFamily.Unspecified;

    /// <summary>The family of an address; null for one that is too short to have one.</summary>
    private static AddressFamily? FamilyOf(ReadOnlySpan<byte> name) =>
        name.Length < sizeof(ushort) ? null : (AddressFamily)System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(name);

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
