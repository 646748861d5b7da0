using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>What UDP and ping endpoints have in common: a queue of datagrams received, a pending error, multicast groups and how packets leave.</summary>
public abstract class DatagramEndpoint : Endpoint
{
    /// <summary>Groups that one endpoint can be in (net.ipv4.igmp_max_memberships).</summary>
    public const int MaximumMemberships = 20;

    private PacketQueue _received;
    private GroupMembership[] _memberships = [];
    private int _queuedBytes;
    private NetError _pending;
    private protected NetPath _path;

    private protected DatagramEndpoint(NetStack stack, AddressFamily family)
        : base(stack, family)
    {
        ReceiveBuffer = stack.Options.DatagramBuffer;
        TimeToLive = 0;
    }

    /// <summary>SO_RCVBUF: how much memory datagrams that wait may take.</summary>
    public int ReceiveBuffer { get; set; }

    /// <summary>IP_TTL or IPV6_UNICAST_HOPS; zero for the interface's default.</summary>
    public byte TimeToLive { get; set; }

    /// <summary>IP_TOS or IPV6_TCLASS.</summary>
    public byte TypeOfService { get; set; }

    /// <summary>Whether what is too long for the path is cut into fragments; else it is refused, and goes with the bit that forbids routers to cut it (IP_MTU_DISCOVER).</summary>
    public bool MayFragment { get; set; } = true;

    /// <summary>Whether a connected one is told that a router finds its datagrams too long; not with IP_PMTUDISC_DONT.</summary>
    public bool HearsOfPathMtu { get; set; } = true;

    /// <summary>Whether a connected one is told of errors that may pass too, such as a host that is out of reach for now (IP_RECVERR; udp(7)).</summary>
    public bool HearsOfPassingErrors { get; set; }

    /// <summary>SO_BROADCAST.</summary>
    public bool MayBroadcast { get; set; }

    /// <summary>IP_MULTICAST_TTL or IPV6_MULTICAST_HOPS.</summary>
    public byte MulticastTimeToLive { get; set; } = 1;

    /// <summary>IP_MULTICAST_LOOP: what is sent to a group that this machine is in comes back too.</summary>
    public bool LoopsMulticast { get; set; } = true;

    /// <summary>IP_MULTICAST_IF: the index of the interface for groups, or zero.</summary>
    public int MulticastInterface { get; set; }

    /// <summary>IP_UNICAST_IF: the index of the interface for what goes to one host, or zero.</summary>
    public int UnicastInterface { get; set; }

    /// <summary>IP_MULTICAST_ALL: it gets what comes to any group that the machine is in, not only to its own.</summary>
    public bool TakesAllGroups { get; set; } = true;

    /// <summary>SO_NO_CHECK: datagrams of IPv4 go without a checksum.</summary>
    public bool OmitsChecksum { get; set; }

    /// <summary>Datagrams that were dropped because the queue was full.</summary>
    public ulong Drops { get; private set; }

    public bool IsConnected => Remote.Port != 0 || !Remote.Address.IsUnspecified;

    /// <summary>Bytes of the first datagram that waits (FIONREAD).</summary>
    public int FirstLength => _received.First?.Length ?? 0;

    /// <summary>Memory that waiting datagrams take.</summary>
    public int QueuedBytes => _queuedBytes;

    public bool IsReadShut { get; private set; }

    public bool IsWriteShut { get; private set; }

    /// <summary>Groups it is in.</summary>
    public ReadOnlySpan<GroupMembership> Memberships => _memberships;

    public override NetEvents Readiness =>
        (_received.First != null || _pending != NetError.None || IsReadShut ? NetEvents.Readable : 0)
        | NetEvents.Writable
        | (_pending != NetError.None ? NetEvents.Error : 0)
        | (IsReadShut ? NetEvents.ReadClosed : 0)
        | (IsReadShut && IsWriteShut ? NetEvents.HungUp : 0);

    /// <summary>SO_ERROR: the pending error, which is gone with it.</summary>
    public NetError TakeError()
    {
        NetError error = _pending;
        _pending = NetError.None;
        return error;
    }

    /// <summary>The first datagram that waits, without taking it; null when there is none. Its data is what is in the packet.</summary>
    [AllocationFree]
    public PacketBuffer? Peek() => _received.First;

    /// <summary>Where a received datagram came from.</summary>
    public static EndpointAddress SourceOf(PacketBuffer datagram) =>
        new(datagram.Note.Source, datagram.Note.SourcePort, datagram.Note.Source.IsLinkLocal && !datagram.Note.Source.IsV4 ? datagram.Note.Interface : 0);

    /// <summary>To which address and by which interface a received datagram came, for IP_PKTINFO; the scope is the interface's index.</summary>
    public static EndpointAddress DestinationOf(PacketBuffer datagram) => new(datagram.Note.Destination, datagram.Note.DestinationPort, datagram.Note.Interface);

    /// <summary>With which time to live a received datagram came, for IP_RECVTTL.</summary>
    public static byte TimeToLiveOf(PacketBuffer datagram) => datagram.Note.TimeToLive;

    /// <summary>How many datagrams had been dropped when a received one came, for SO_RXQ_OVFL.</summary>
    public static uint DropsBefore(PacketBuffer datagram) => datagram.Note.Drops;

    /// <summary>The datagram that waits behind another, for SO_PEEK_OFF; null when there is none.</summary>
    public static PacketBuffer? After(PacketBuffer datagram) => datagram.Next;

    /// <summary>With which type of service a received datagram came, for IP_RECVTOS.</summary>
    public static byte TypeOfServiceOf(PacketBuffer datagram) => datagram.Note.TypeOfService;

    /// <summary>Takes the first datagram; the caller releases it. Null when there is none.</summary>
    [AllocationFree]
    public PacketBuffer? Take()
    {
        PacketBuffer? packet = _received.Take();
        if (packet != null)
        {
            _queuedBytes -= Weight(packet);
        }

        return packet;
    }

    /// <summary>shutdown(2).</summary>
    public void Shutdown(bool read, bool write)
    {
        IsReadShut |= read;
        IsWriteShut |= write;
        Observer?.OnReady(Readiness);
    }

    /// <summary>IP_ADD_MEMBERSHIP: joins a group on an interface, or on the one that leads to the group.</summary>
    public NetError Join(IpAddress group, int interfaceIndex, Instant now)
    {
        Stack.Enter(now);
        if (!group.IsMulticast)
        {
            return NetError.InvalidArgument;
        }

        NetInterface? on = FindGroupInterface(group, interfaceIndex);
        if (on == null)
        {
            return NetError.NetworkUnreachable;
        }

        GroupMembership membership = new(group, on.Index);
        if (Array.IndexOf(_memberships, membership) >= 0)
        {
            return NetError.AddressInUse;
        }

        if (_memberships.Length == MaximumMemberships)
        {
            return NetError.NoMemory;
        }

        if (on.Join(group, out bool isFull))
        {
            Stack.Icmp.ReportGroup(on, group, isJoined: true);
        }
        else if (isFull)
        {
            return NetError.NoMemory;
        }

        _memberships = [.. _memberships, membership];
        Stack.Drain();
        return NetError.None;
    }

    /// <summary>IP_DROP_MEMBERSHIP.</summary>
    public NetError Leave(IpAddress group, int interfaceIndex, Instant now)
    {
        Stack.Enter(now);
        for (int i = 0; i < _memberships.Length; i++)
        {
            if (_memberships[i].Group == group && (interfaceIndex == 0 || _memberships[i].Interface == interfaceIndex))
            {
                LeaveOne(_memberships[i]);
                _memberships = [.. _memberships[..i], .. _memberships[(i + 1)..]];
                Stack.Drain();
                return NetError.None;
            }
        }

        return NetError.AddressNotAvailable;
    }

    /// <summary>Whether a datagram to a group is for it.</summary>
    [AllocationFree]
    internal bool IsInGroup(in IpAddress group, int interfaceIndex)
    {
        foreach (GroupMembership membership in _memberships)
        {
            if (membership.Group == group && membership.Interface == interfaceIndex)
            {
                return true;
            }
        }

        return TakesAllGroups;
    }

    /// <summary>Queues a datagram, or drops it when too many wait.</summary>
    [AllocationFree]
    internal void Enqueue(PacketBuffer packet, in IpHeaderInfo info, ushort sourcePort, ushort destinationPort)
    {
        int weight = Weight(packet);
        if (_queuedBytes + weight > ReceiveBuffer || IsReadShut || Stack.Pool.IsUnderPressure)
        {
            Drops++;
            if (this is UdpEndpoint)
            {
                Stack.Udp.CountersOf(info).Full++;
            }

            NetStack.Drop(info.Interface, packet);
            return;
        }

        if (this is UdpEndpoint)
        {
            Stack.Udp.CountersOf(info).Received++;
        }

        packet.Note.Source = info.Source;
        packet.Note.Destination = info.Destination;
        packet.Note.SourcePort = sourcePort;
        packet.Note.DestinationPort = destinationPort;
        packet.Note.TimeToLive = info.TimeToLive;
        packet.Note.TypeOfService = info.TypeOfService;
        packet.Note.Interface = info.Interface.Index;
        packet.Note.Drops = unchecked((uint)Drops);
        _queuedBytes += weight;
        _received.Add(packet);
        Observer?.OnReady(NetEvents.Readable);
    }

    /// <summary>The largest packet that the path to the peer takes, headers included (IP_MTU); zero when there is no way to it or no peer.</summary>
    public int PathMtu(Instant now)
    {
        Stack.Enter(now);
        return IsConnected && FindPath(Remote, out _) == NetError.None ? _path.Mtu : 0;
    }

    /// <summary>An error about a packet that it has sent, as ICMP tells it; only connected endpoints are told by themselves (udp(7)).</summary>
    [AllocationFree]
    internal void HandleError(in IpAddress remote, NetError error, bool mayPass, int mtu)
    {
        Stack.Icmp.NoteMtu(remote.IsV4, remote, mtu);
        bool isTold = error == NetError.MessageTooLong ? HearsOfPathMtu : !mayPass || HearsOfPassingErrors;
        if (IsConnected && isTold)
        {
            _pending = error;
            Observer?.OnReady(NetEvents.Error | NetEvents.Readable | NetEvents.Writable);
        }
    }

    /// <summary>Drops what waits and leaves all groups.</summary>
    private protected void CloseQueue()
    {
        _received.Clear();
        _queuedBytes = 0;
        foreach (GroupMembership membership in _memberships)
        {
            LeaveOne(membership);
        }

        _memberships = [];
    }

    /// <summary>Finds or keeps the path to a destination.</summary>
    [AllocationFree]
    private protected NetError FindPath(in EndpointAddress to, out bool isMulticast)
    {
        isMulticast = to.Address.IsMulticast;
        NetInterface? by = Stack.InterfaceOf(IndexFor(to));
        if (IsNowhere)
        {
            return NetError.NetworkUnreachable;
        }

        if (!Stack.IsCurrent(_path) || _path.Destination != to.Address || (by != null && _path.Interface != by))
        {
            NetError error = Stack.FindPath(to.Address, Local.Address, by, out _path);
            if (error != NetError.None)
            {
                _path = default;
                return error;
            }
        }

        return _path.IsBroadcast && !MayBroadcast ? NetError.NotPermitted : NetError.None;
    }

    /// <summary>Finds the path of one datagram that says where it leaves.</summary>
    [AllocationFree]
    private protected NetError FindPath(in EndpointAddress to, in DatagramOverrides overrides, out NetPath path)
    {
        path = default;
        NetInterface? by = Stack.InterfaceOf(overrides.Interface != 0 ? overrides.Interface : IndexFor(to));
        if (IsNowhere)
        {
            return NetError.NetworkUnreachable;
        }

        if (!overrides.Source.IsUnspecified && !Stack.IsLocal(overrides.Source))
        {
            return overrides.Source.IsV4 ? NetError.NetworkUnreachable : NetError.InvalidArgument;
        }

        NetError error = Stack.FindPath(to.Address, overrides.Source.IsUnspecified ? Local.Address : overrides.Source, by, out path);
        return error == NetError.None && path.IsBroadcast && !MayBroadcast ? NetError.NotPermitted : error;
    }

    [AllocationFree]
    public override void Expire(Instant now)
    {
    }

    /// <summary>The interface that what goes to an address must leave by; zero for the route's.</summary>
    private int IndexFor(in EndpointAddress to) => BoundInterface != 0 ? BoundInterface : to.Scope != 0 ? to.Scope : to.Address.IsMulticast ? MulticastInterface : UnicastInterface;

    /// <summary>What a packet counts for: its data, and its block and page's share.</summary>
    private static int Weight(PacketBuffer packet) => packet.Length + 512;

    private NetInterface? FindGroupInterface(IpAddress group, int index)
    {
        if (index != 0)
        {
            return Stack.InterfaceOf(index);
        }

        return Stack.FindPath(group, group.IsV4 ? IpAddress.AnyV4 : IpAddress.AnyV6, null, out NetPath path) == NetError.None ? path.Interface : null;
    }

    private void LeaveOne(GroupMembership membership)
    {
        if (Stack.InterfaceOf(membership.Interface) is { } on && on.Leave(membership.Group))
        {
            Stack.Icmp.ReportGroup(on, membership.Group, isJoined: false);
        }
    }
}
