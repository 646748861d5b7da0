using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>A socket of AF_INET or AF_INET6: addresses, and an endpoint of the stack behind it.</summary>
internal abstract partial class InetSocket : Socket
{
    private const ushort FirstFreePort = 1024; // net.ipv4.ip_unprivileged_port_start

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
        Errno error = InetAddress.Read(name, Family, out EndpointAddress address);
        if (error != Errno.None)
        {
            return error;
        }

        if (address.Port is not 0 and < FirstFreePort && !Home.Caller.Has(Capability.NetBindService))
        {
            return Errno.EACCES;
        }

        bool isLater = address.Port == 0 && Has(IpOptionBits.BindAddressWithoutPort);
        error = (isLater ? Endpoint.TakeAddress(address) : BindEndpoint(address)).ToErrno();
        Network.Update();
        return error;
    }

    public override Result<int> GetName(Span<byte> name) => InetAddress.Write(name, Family, Endpoint.Local);

    public override Result<int> GetPeerName(Span<byte> name) =>
        Endpoint.Remote.Port == 0 ? Errno.ENOTCONN : InetAddress.Write(name, Family, Endpoint.Remote);

    public override PollEvents Poll()
    {
        PollEvents events = Endpoint.Readiness.ToPoll();
        return (events & PollEvents.Writable) != 0 ? events | PollEvents.WriteBand : events; // datagram_poll
    }

    public override Result<long> Control(uint request, ulong argument, AddressSpace space) =>
        InterfaceRequests.Control(Network, request, argument, space);

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
