using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// The TCP/IP stack of a machine: interfaces, routes, neighbours, connections.
/// <para>Time: nothing here reads a clock. Every entry takes the time, which must not go back; <see cref="NextDeadline"/> says when <see cref="Poll"/> must run at the latest.</para>
/// <para>Devices: a <see cref="NetDevice"/> is attached once. It gives what it received to <see cref="Receive(NetDevice, PacketBuffer, Instant)"/>, packet by packet, and ends each burst with
/// <see cref="EndReceive"/>: only then are acknowledgements and answers sent, so that a burst is answered once.</para>
/// <para>Endpoints: <see cref="TcpConnection"/>, <see cref="TcpListener"/>, <see cref="UdpEndpoint"/>, <see cref="PingEndpoint"/>. Their methods never block: they say
/// <see cref="NetError.WouldBlock"/>, and the endpoint's <see cref="EndpointObserver"/> hears when it is worth another try. An observer must not call the stack.
/// Data is copied straight between a program's memory and the pages of <see cref="Pool"/>, part by part (PrepareSend/CommitSend, PeekReceive/CommitReceive).</para>
/// <para>Memory: packets, pages, nodes and tables are made at the start; the packet path allocates nothing. New endpoints are objects of the heap: those that a system call makes
/// are allocated by it, and those for connections that come in are kept in store by <see cref="Replenish"/>, which system calls (accept, listen) call while they may allocate.</para>
/// <para>One thread at a time is inside, as everywhere in the kernel.</para>
/// </summary>
public sealed partial class NetStack
{
    private readonly List<NetInterface> _interfaces = [];
    private readonly LoopbackDevice _loopback = new();
    private NetInterface? _toFlush;
    private bool _isDraining;

    /// <summary>Makes a stack with its loopback interface, 127.0.0.1/8 and ::1.</summary>
    public NetStack(NetStackOptions options, PacketPool pool, NetRandom random)
    {
        Options = options;
        Pool = pool;
        pool.Stack = this;
        Random = random;
        _hashKey = random.Next() | 1;
        _secret = random.Next();
        _secret2 = random.Next();
        _identificationSecret = random.Next();
        Tcp = new TcpProtocol(this);
        Udp = new UdpProtocol(this);
        Icmp = new IcmpProtocol(this);
        Raw = new RawProtocol(this);
        Reassembly = new Reassembly(this);
        Loopback = Attach(_loopback);
        _ = TryAddAddress(Loopback, new InterfaceAddress(IpAddress.LoopbackV4, 8));
        _ = TryAddAddress(Loopback, new InterfaceAddress(IpAddress.LoopbackV6, 128));
    }

    public NetStackOptions Options { get; }

    public PacketPool Pool { get; }

    /// <summary>All interfaces, the loopback one first; an interface's index is its place plus one.</summary>
    public IReadOnlyList<NetInterface> Interfaces => _interfaces;

    public NetInterface Loopback { get; }

    public RouteTable Routes { get; } = new();

    /// <summary>What is counted of packets.</summary>
    public NetCounters Counters { get; } = new();

    public TcpProtocol Tcp { get; }

    public UdpProtocol Udp { get; }

    public IcmpProtocol Icmp { get; }

    internal RawProtocol Raw { get; }

    /// <summary>Hears of changes; null for nobody.</summary>
    public NetworkChanges? Changes
    {
        get => Routes.Changes;
        set => Routes.Changes = value;
    }

    /// <summary>The time of the current entry.</summary>
    internal Instant Now { get; private set; }

    internal NetRandom Random { get; }

    internal TimerQueue Timers { get; } = new();

    internal Reassembly Reassembly { get; }

    /// <summary>When <see cref="Poll"/> must run at the latest; never, when nothing is to come.</summary>
    public Instant NextDeadline
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Timers.Earliest;
    }

    /// <summary>Makes an interface of a device.</summary>
    public NetInterface Attach(NetDevice device)
    {
        NetInterface made = new(this, device, _interfaces.Count + 1);
        if (!made.IsLoopback)
        {
            made.Neighbors.Prepare();
        }

        device.Interface = made;
        _interfaces.Add(made);
        return made;
    }

    /// <summary>A device has received a packet, which begins with its Ethernet header and is the stack's from here on. <see cref="EndReceive"/> must follow the last of a burst.</summary>
    [AllocationFree]
    public void Receive(NetDevice device, PacketBuffer packet, Instant now) => Receive(device, packet, _head.AsSpan(0, packet.Read(0, _head)), now);

    /// <summary>As above, from a device that has looked at the packet: <paramref name="head"/> is a copy of its first <see cref="HeadBytes"/>, or of all.</summary>
    [AllocationFree]
    public void Receive(NetDevice device, PacketBuffer packet, ReadOnlySpan<byte> head, Instant now)
    {
        Enter(now);
        packet.ArrivedAt = Now;
        ReceiveFrame(device.Interface!, packet, head);
    }

    /// <summary>A burst is over: what it called for is sent.</summary>
    [AllocationFree]
    public void EndReceive(Instant now)
    {
        Enter(now);
        Drain();
    }

    /// <summary>A device that refused a packet has room again.</summary>
    [AllocationFree]
    public void TransmitReady(NetDevice device, Instant now)
    {
        Enter(now);
        device.Interface!.SendWaiting();
        Drain();
    }

    /// <summary>Does what is due.</summary>
    [AllocationFree]
    public void Poll(Instant now)
    {
        Enter(now);
        Timers.ExpireDue(Now);
        Drain();
    }

    /// <summary>Puts spare blocks in store for connections that come in, as many as listeners may need at once. It allocates: to be called from a system call that may.</summary>
    public void Replenish() => Tcp.Replenish();

    /// <summary>Whether <see cref="Replenish"/> is due: who polls devices on a thread of its own calls it between bursts, while memory may be allocated.</summary>
    public bool NeedsReplenish => Tcp.NeedsReplenish;

    /// <summary>Gives an interface an address and the route to its subnet. False when it has too many.</summary>
    public bool TryAddAddress(NetInterface to, InterfaceAddress address)
    {
        if (!to.TryAdd(address))
        {
            return false;
        }

        // The loopback interface's of IPv4 are its own addresses all.
        bool isSubnet = !to.IsLoopback || !(address.Address.IsV4 || address.Address.IsLoopback);
        if (isSubnet && to.PrimaryOf(address).Address == address.Address)
        {
            IpAddress prefix = address.Prefix;
            Routes.Add(new Route(prefix, address.PrefixLength, Unspecified(prefix), to)
            {
                Source = address.Address.IsV4 ? address.Address : default,
                ValidUntil = address.Address.IsV4 ? Instant.Never : address.ValidUntil,
            });
        }

        PathsChanged();
        Changes?.OnAddress(to, address, isGone: false);
        return true;
    }

    /// <summary>As <see cref="TryAddAddress"/>, for a running machine: the link is asked whether somebody else has an address of IPv6 (RFC 4862, 5.4).</summary>
    public bool GiveAddress(NetInterface to, InterfaceAddress address, Instant now)
    {
        Enter(now);
        if (!TryAddAddress(to, address))
        {
            return false;
        }

        if (!address.Address.IsV4 && !to.IsLoopback)
        {
            Icmp.SendDuplicateProbe(to, address.Address);
            Drain();
        }

        return true;
    }

    /// <summary>Changes the routes of a running machine: paths are found anew.</summary>
    public void ChangeRoutes(Action<RouteTable> change)
    {
        change(Routes);
        PathsChanged();
    }

    /// <summary>Takes an address away; of the first one of its subnet the others, and the route to it, go too.</summary>
    public bool RemoveAddress(NetInterface from, IpAddress address)
    {
        foreach (InterfaceAddress own in from.Addresses)
        {
            if (own.Address != address)
            {
                continue;
            }

            bool isPrimary = from.PrimaryOf(own).Address == address;
            if (isPrimary)
            {
                RemoveSecondaries(from, own);
            }

            _ = from.Remove(address);
            Changes?.OnAddress(from, own, isGone: true);
            if (isPrimary)
            {
                IpAddress prefix = own.Prefix;
                int length = own.PrefixLength;
                Routes.Remove(route => route.Interface == from && route.Destination == prefix && route.PrefixLength == length && route.Gateway.IsUnspecified);
            }

            PathsChanged();
            return true;
        }

        return false;
    }

    private void RemoveSecondaries(NetInterface from, in InterfaceAddress primary)
    {
        for (int i = from.Addresses.Length - 1; i >= 0; i--)
        {
            InterfaceAddress other = from.Addresses[i];
            if (other.Address != primary.Address && from.PrimaryOf(other).Address == primary.Address)
            {
                _ = from.Remove(other.Address);
                Changes?.OnAddress(from, other, isGone: true);
            }
        }
    }

    /// <summary>Adds a default route by a router on an interface's link.</summary>
    public void AddDefaultRoute(NetInterface by, IpAddress router, int metric = 0)
    {
        Routes.Add(new Route(Unspecified(router), 0, router, by, metric) { Origin = RouteOrigin.Dhcp });
        PathsChanged();
    }

    /// <summary>Takes the time of an entry.</summary>
    [AllocationFree]
    internal void Enter(Instant now)
    {
        if (now > Now)
        {
            Now = now;
        }
    }

    /// <summary>Sends what is to be sent, hands loopback packets over and lets the devices go, until nothing is left. Every entry that may send ends with it.</summary>
    [AllocationFree]
    internal void Drain()
    {
        if (_isDraining)
        {
            return;
        }

        _isDraining = true;
        while (true)
        {
            Tcp.SendPending();
            if (_loopback.Take() is not { } packet)
            {
                break;
            }

            packet.ArrivedAt = Now;
            Loopback.Statistics.ReceivedPackets++;
            Loopback.Statistics.ReceivedBytes += (ulong)packet.Length;
            ReceiveIp(Loopback, packet, _head.AsSpan(0, packet.Read(0, _head)));
        }

        while (_toFlush is { } flushed)
        {
            _toFlush = flushed.NextToFlush;
            flushed.NeedsFlush = false;
            flushed.Device.Flush();
        }

        _isDraining = false;
    }

    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void FlushLater(NetInterface of)
    {
        if (!of.NeedsFlush)
        {
            of.NeedsFlush = true;
            of.NextToFlush = _toFlush;
            _toFlush = of;
        }
    }

    /// <summary>Has devices release packets that have left, because memory is short.</summary>
    [AllocationFree]
    internal void ReleaseSent()
    {
        foreach (NetInterface each in _interfaces)
        {
            each.Device.ReleaseSent();
        }
    }

    private static IpAddress Unspecified(IpAddress like) => like.IsV4 ? IpAddress.AnyV4 : IpAddress.AnyV6;

    internal static IpAddress PrefixOf(IpAddress address, int length)
    {
        int bits = address.IsV4 ? 96 + length : length;
        ulong high = bits >= 64 ? ulong.MaxValue : bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
        ulong low = bits <= 64 ? 0 : ulong.MaxValue << (128 - bits);
        return new IpAddress(address.High & high, address.Low & low);
    }
}
