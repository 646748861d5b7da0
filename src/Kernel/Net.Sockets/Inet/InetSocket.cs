using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>A socket of AF_INET or AF_INET6: addresses, and an endpoint of the stack behind it.</summary>
internal abstract partial class InetSocket : Socket
{
    private InetSocket? _previousSocket;

    protected InetSocket(SocketSystem home, Network network, NetStack stack, AddressFamily family, SocketKind kind, int protocol, OpenFlags flags)
        : base(home, family, kind, protocol, flags)
    {
        _ipOptions = family == AddressFamily.Inet ? IpOptionBits.MulticastAll : IpOptionBits.MulticastAll6;
        Network = network;
        Stack = stack;
        User = home.Caller.Credentials.User;
        NextSocket = home.FirstInet;
        if (NextSocket != null)
        {
            NextSocket._previousSocket = this;
        }

        home.FirstInet = this;
    }

    /// <summary>The next of all sockets of IP.</summary>
    public InetSocket? NextSocket { get; private set; }

    /// <summary>What /proc/net tells of it.</summary>
    public abstract InetSocketState State { get; }

    /// <summary>Whether /proc/net lists it: those that have a port.</summary>
    public virtual bool IsShown => Endpoint.IsBound;

    /// <summary>Whether it is a datagram socket of ICMP (icmp(7)).</summary>
    public bool IsPing => Kind == SocketKind.Datagram && Endpoint is PingEndpoint;

    /// <summary>Who made it.</summary>
    protected uint User { get; }

    protected Network Network { get; }

    protected NetStack Stack { get; }

    /// <summary>The block in the stack.</summary>
    protected abstract Endpoint Endpoint { get; }

    internal static Mote.Kernel.Net.Stack.AddressFamily StackFamily(AddressFamily family) =>
        family == AddressFamily.Inet ? Mote.Kernel.Net.Stack.AddressFamily.V4 : Mote.Kernel.Net.Stack.AddressFamily.V6;

    public override Errno Bind(ReadOnlySpan<byte> name)
    {
        Errno error = InetAddress.Read(name, Family, out EndpointAddress address, takesUnspecified: Family == AddressFamily.Inet);
        if (error == Errno.None && name[0] == (byte)AddressFamily.Unspecified && name[1] == 0 && !address.Address.IsUnspecified)
        {
            error = Errno.EAFNOSUPPORT; // an old program's 0.0.0.0 has no family (inet_bind)
        }

        if (error == Errno.None && Family == AddressFamily.Inet6)
        {
            error = CheckScope(address);
        }

        if (error != Errno.None)
        {
            return error;
        }

        if (address.Port != 0 && address.Port < Home.Limits.FirstFreePort && !Home.Caller.Has(Capability.NetBindService))
        {
            return Errno.EACCES;
        }

        bool isLater = address.Port == 0 && Has(IpOptionBits.BindAddressWithoutPort);
        error = (isLater ? Endpoint.TakeAddress(address) : BindEndpoint(address)).ToErrno();
        Network.Update();
        return error;
    }

    /// <summary>A link-local address is one of the interface that it names, by which the socket is bound from then on; a stream has no groups (__inet6_bind). EINVAL, ENODEV.</summary>
    private Errno CheckScope(in EndpointAddress address)
    {
        bool isOfLink = IsOfLink(address.Address);
        if (address.Address.IsMulticast && !address.Address.IsV4 && Kind == SocketKind.Stream)
        {
            return Errno.EINVAL;
        }

        if (Endpoint.IsBound)
        {
            return Errno.EINVAL;
        }

        Endpoint.BoundInterface = isOfLink && address.Scope != 0 ? address.Scope : Endpoint.BoundInterface;
        return isOfLink && Endpoint.BoundInterface == 0 ? Errno.EINVAL
            : Endpoint.BoundInterface != 0 && !address.Address.IsUnspecified && Stack.InterfaceOf(Endpoint.BoundInterface) == null ? Errno.ENODEV
            : Errno.None;
    }

    /// <summary>A peer on a link is one by an interface; one of IPv4 is none for a socket of IPv6 alone (tcp_v6_connect, ip6_datagram_connect). EINVAL, ENETUNREACH.</summary>
    protected Errno CheckPeer(in EndpointAddress peer, int nameBytes)
    {
        if (Family == AddressFamily.Inet)
        {
            return Errno.None;
        }

        if (peer.Address.IsV4 && Endpoint.IsV6Only && Kind != SocketKind.Raw && nameBytes > InetAddress.V4Bytes)
        {
            return Errno.ENETUNREACH;
        }

        if (!IsOfLink(peer.Address))
        {
            return Errno.None;
        }

        if (peer.Scope != 0 && Endpoint.BoundInterface != 0 && Endpoint.BoundInterface != peer.Scope)
        {
            return Errno.EINVAL;
        }

        Endpoint.BoundInterface = peer.Scope != 0 ? peer.Scope : Endpoint.BoundInterface;
        return Endpoint.BoundInterface == 0 && !HasGroupInterface(peer) ? Errno.EINVAL : Errno.None;
    }

    /// <summary>Whether groups leave by an interface that the program has chosen (IPV6_MULTICAST_IF).</summary>
    protected virtual bool HasGroupInterface(in EndpointAddress peer) => false;

    /// <summary>fe80::/10, ff01::/16 and ff02::/16.</summary>
    private static bool IsOfLink(IpAddress address) => !address.IsV4 && (address.IsLinkLocal || address.High >> 48 is 0xff01 or 0xff02);

    public override Result<int> GetName(Span<byte> name) => InetAddress.Write(name, Family, Endpoint.Local);

    public override Result<int> GetPeerName(Span<byte> name) =>
        Endpoint.Remote.Port == 0 ? Errno.ENOTCONN : InetAddress.Write(name, Family, Endpoint.Remote);

    public override PollEvents Poll()
    {
        PollEvents events = Endpoint.Readiness.ToPoll();
        return (events & PollEvents.Writable) != 0 ? events | PollEvents.WriteBand : events; // datagram_poll
    }

    public override Result<long> Control(uint request, ulong argument, AddressSpace space) => (SocketRequest)request switch
    {
        SocketRequest.GetStampOld or SocketRequest.GetStampNsOld or SocketRequest.GetStampNew or SocketRequest.GetStampNsNew => GetStamp((SocketRequest)request, argument, space),
        _ => InetRequests.Control(Home, Family, request, argument, space),
    };

    /// <summary>When the packet came that was received last, or ever; zero for none, or when the program is told of each (SO_TIMESTAMP).</summary>
    protected virtual Instant LastStamp => default;

    private Instant _toldStamp;
    private long _toldUnixNs;

    /// <summary>SIOCGSTAMP and SIOCGSTAMPNS: ENOENT when nothing has come. Both tell the same time, however often they are asked.</summary>
    private Result<long> GetStamp(SocketRequest request, ulong argument, AddressSpace space)
    {
        const int StampBytes = 16;
        if (LastStamp.Nanoseconds == 0)
        {
            return Errno.ENOENT;
        }

        Span<byte> stamp = stackalloc byte[StampBytes];
        if (_toldStamp != LastStamp)
        {
            _toldStamp = LastStamp;
            _toldUnixNs = UnixTimeOf(LastStamp);
        }

        WriteTime(stamp, _toldUnixNs, isTimeval: request is SocketRequest.GetStampOld or SocketRequest.GetStampNew);
        return space.Write(new VirtAddr(argument), stamp) == StampBytes ? 0 : Errno.EFAULT;
    }

    protected abstract NetError BindEndpoint(in EndpointAddress address);

    protected override void OnClose()
    {
        base.OnClose();
        if (_previousSocket == null)
        {
            Home.FirstInet = NextSocket;
        }
        else
        {
            _previousSocket.NextSocket = NextSocket;
        }

        if (NextSocket != null)
        {
            NextSocket._previousSocket = _previousSocket;
        }
    }

    protected override void OnOptionSet(OptionBits bit)
    {
        Endpoint.ReusesAddress = Has(OptionBits.ReuseAddress);
        Endpoint.ReusesPort = Has(OptionBits.ReusePort);
    }

    protected override Errno SetDevice(ReadOnlySpan<byte> name)
    {
        int end = name.IndexOf((byte)0);
        ReadOnlySpan<byte> wanted = end < 0 ? name : name[..end];
        if (wanted.IsEmpty)
        {
            Endpoint.BoundInterface = 0;
            return Errno.None;
        }

        NetInterface? found = InterfaceRequests.Find(Stack, wanted);
        Endpoint.BoundInterface = found?.Index ?? Endpoint.BoundInterface;
        return found == null ? Errno.ENODEV : Errno.None;
    }

    protected override Result<int> GetDevice(Span<byte> name)
    {
        NetInterface? bound = Stack.InterfaceOf(Endpoint.BoundInterface);
        return bound == null ? 0 : InterfaceRequests.WriteName(bound, name) + 1;
    }
}
