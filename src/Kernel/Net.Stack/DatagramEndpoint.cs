using System;
using Mote.Kernel.Filters;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>What UDP and ping endpoints have in common: a queue of datagrams received, a pending error, multicast groups and how packets leave.</summary>
public abstract partial class DatagramEndpoint : Endpoint
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

    /// <summary>The same for one datagram.</summary>
    private protected bool MayFragmentOf(in DatagramOverrides overrides) => overrides.RefusesFragments is bool refuses ? !refuses : MayFragment;

    /// <summary>Whether a connected one is told that a router finds its datagrams too long; not with IP_PMTUDISC_DONT.</summary>
    public bool HearsOfPathMtu { get; set; } = true;

    /// <summary>
    /// IP_RECVERR and IPV6_RECVERR, for packets of either kind: every error is queued, and told without a peer too, even if it may pass, such as a host that is out of reach for now.
    /// </summary>
    public bool QueuesErrorsV4 { get; set; }

    public bool QueuesErrorsV6 { get; set; }

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
        (_received.First != null || IsReadShut ? NetEvents.Readable : 0)
        | NetEvents.Writable
        | (_pending != NetError.None ? NetEvents.Error : 0)
        | (!HasReports ? 0 : IsErrorQueueUrgent ? NetEvents.Error | NetEvents.Urgent : NetEvents.Error)
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
            if (this is UdpEndpoint)
            {
                ref UdpCounters counters = ref Stack.Counters.Udp(packet.Note.Source.IsV4);
                counters.Read++;
            }
        }

        return packet;
    }

    /// <summary>The way to the peer is looked for anew (SO_CNX_ADVICE).</summary>
    public void ForgetPath() => _path = default;

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

    /// <summary>Takes an address; port zero has one chosen.</summary>
    public abstract NetError Bind(EndpointAddress address, Instant now);

    /// <summary>Fixes the peer: only its datagrams are received, and errors about them are reported.</summary>
    public abstract NetError Connect(EndpointAddress peer, Instant now);

    /// <summary>Forgets the peer (connect(2) with AF_UNSPEC).</summary>
    public abstract void Disconnect();

    /// <summary>Sends a datagram whose data is in the packet, which is the stack's from here on, whatever comes out.</summary>
    public abstract NetError Send(PacketBuffer data, in EndpointAddress to, in DatagramOverrides overrides, Instant now);

    /// <summary>The endpoint is no more.</summary>
    public abstract void Close(Instant now);

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

    /// <summary>SO_ATTACH_FILTER: what says which datagrams are taken, and how much of them; null for all.</summary>
    public FilterProgram? Filter { get; set; }

    /// <summary>The bytes before a datagram's data that a filter sees, in the highest bytes; how many.</summary>
    private protected virtual int HeaderForFilter(int length, ushort sourcePort, ushort destinationPort, out ulong header)
    {
        header = 0;
        return 0;
    }

    /// <summary>Whether the filter takes a datagram, which it may shorten.</summary>
    private bool PassesFilter(PacketBuffer packet, in IpHeaderInfo info, ushort sourcePort, ushort destinationPort)
    {
        int headerBytes = HeaderForFilter(packet.Length, sourcePort, destinationPort, out ulong header);
        uint kept = Filter!.Run(new PacketFilterInput(packet, info, header, headerBytes, Stack.Random.Next()));
        if (kept < (uint)(headerBytes + packet.Length))
        {
            packet.Truncate(Math.Max((int)kept - headerBytes, 0));
        }

        return kept != 0;
    }

    /// <summary>Queues a datagram, or drops it when too many wait or the filter does not want it.</summary>
    [AllocationFree]
    internal void Enqueue(PacketBuffer packet, in IpHeaderInfo info, ushort sourcePort, ushort destinationPort)
    {
        if (Filter != null && !PassesFilter(packet, info, sourcePort, destinationPort))
        {
            Drops++;
            packet.Release();
            return;
        }

        int weight = Weight(packet);
        if (_queuedBytes + weight > ReceiveBuffer || Stack.Pool.IsUnderPressure)
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

    /// <summary>
    /// Queues a datagram as <see cref="Enqueue"/> does, or adds it to the last one that waits when that came in the same burst from the same place and is made of datagrams of one size, of which only
    /// the last may be shorter (UDP_GRO).
    /// </summary>
    [AllocationFree]
    internal void EnqueueMerged(PacketBuffer packet, in IpHeaderInfo info, ushort sourcePort, ushort destinationPort)
    {
        const int MostMerged = 65_000;
        int length = packet.Length;
        packet.Gso = GsoKind.None;
        packet.GsoSize = length;
        bool isSame = _received.Last is { } last && last.ArrivedAt == packet.ArrivedAt && last.Note.Source == info.Source && last.Note.SourcePort == sourcePort
            && last.Note.Destination == info.Destination && last.Note.TypeOfService == info.TypeOfService && last.Note.TimeToLive == info.TimeToLive
            && last.GsoSize > 0 && length > 0 && length <= last.GsoSize && last.Length % last.GsoSize == 0 && last.Length + length <= MostMerged;
        if (!isSame || _queuedBytes + length > ReceiveBuffer)
        {
            Enqueue(packet, info, sourcePort, destinationPort);
            return;
        }

        PacketBuffer merged = _received.Last!;
        int before = merged.Length;
        if (merged.TryShare(packet))
        {
            _queuedBytes += length;
            packet.Release();
            return;
        }

        merged.Truncate(before);
        Enqueue(packet, info, sourcePort, destinationPort);
    }

    /// <summary>The largest packet that the path to the peer takes, headers included (IP_MTU); zero when there is no way to it or no peer.</summary>
    public int PathMtu(Instant now)
    {
        Stack.Enter(now);
        return IsConnected && FindPath(Remote, out _) == NetError.None ? _path.Mtu : 0;
    }

    /// <summary>Drops what waits and leaves all groups.</summary>
    private protected void CloseQueue()
    {
        _received.Clear();
        _queuedBytes = 0;
        ClearReports();
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

    /// <summary>
    /// When a datagram is to have its time of sending told (SO_TIMESTAMPING): a copy that shares its data, or an empty packet. Null when it is not, or memory has run out. <see cref="NoteSent"/> follows.
    /// </summary>
    [AllocationFree]
    private protected PacketBuffer? StartStamp(PacketBuffer data, in DatagramOverrides overrides)
    {
        if (overrides.Stamps == SendStamps.None || !Stack.Pool.TryTakePacket(out PacketBuffer copy))
        {
            return null;
        }

        if ((overrides.Stamps & SendStamps.TimeOnly) == 0 && !copy.TryShare(data))
        {
            copy.Release();
            return null;
        }

        return copy;
    }

    /// <summary>The datagram has gone, or not: then nothing is told. The headers that it went with lie in the stack's room for them.</summary>
    [AllocationFree]
    private protected void NoteSent(PacketBuffer copy, bool isSent, in DatagramOverrides overrides, int transportBytes, in NetPath path)
    {
        IpAddress source = path.Source;
        int ipBytes = source.IsV4 ? Ipv4View.MinimumBytes : Ipv6View.HeaderBytes;
        bool isScheduled = (overrides.Stamps & SendStamps.Scheduled) != 0;
        if (!isSent)
        {
            copy.Release();
            return;
        }

        // Without the data there is no packet to tell of.
        ErrorReport report = new() { Origin = ErrorOrigin.Timestamping, Info = SendStamp.Sent, Data = overrides.StampKey };
        if ((overrides.Stamps & SendStamps.TimeOnly) == 0)
        {
            ReadOnlySpan<byte> headers = Stack.LastHeaders(ipBytes + transportBytes);
            copy.Prepend(headers);
            report = report with { Offender = source, Header = SentHeader(path.Interface!.Index, source.IsV4, headers) };
        }

        if (isScheduled && (overrides.Stamps & SendStamps.Sent) != 0 && Stack.Pool.TryTakePacket(out PacketBuffer second))
        {
            if (second.TryShare(copy))
            {
                AddReport(report with { Info = SendStamp.Scheduled }, second, Stack.Now);
            }
            else
            {
                second.Release();
            }
        }
        else if (isScheduled)
        {
            report = report with { Info = SendStamp.Scheduled };
        }

        AddReport(report, copy, Stack.Now);
    }

    /// <summary>What is told of a packet that has gone, by its headers.</summary>
    private static PacketHeader SentHeader(int by, bool isV4, ReadOnlySpan<byte> headers)
    {
        ReadOnlySpan<byte> ip = headers[EthernetView.HeaderBytes..];
        if (isV4)
        {
            return !Ipv4View.TryParseQuoted(ip, out Ipv4View v4) ? default : new PacketHeader
            {
                Interface = by,
                Destination = v4.Destination,
                TimeToLive = v4.TimeToLive,
                TypeOfService = v4.TypeOfService,
                TransportOffset = EthernetView.HeaderBytes + Ipv4View.MinimumBytes,
            };
        }

        return !Ipv6View.TryParseQuoted(ip, out Ipv6View v6) ? default : new PacketHeader
        {
            Interface = by,
            Destination = v6.Destination,
            TimeToLive = v6.HopLimit,
            TypeOfService = v6.TrafficClass,
            TransportOffset = EthernetView.HeaderBytes + Ipv6View.HeaderBytes,
        };
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
