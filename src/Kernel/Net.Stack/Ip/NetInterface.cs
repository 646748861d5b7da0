using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>A device with its addresses, groups, neighbours and the packets that wait for it.</summary>
public sealed class NetInterface
{
    /// <summary>Packets that may wait for the device (txqueuelen).</summary>
    public const int QueueLimit = 1000;

    /// <summary>The shortest packet that every host can take whole (RFC 791, 3.1).</summary>
    public const int LeastMtu = 576;

    /// <summary>Addresses that an interface can have.</summary>
    public const int MaximumAddresses = 16;

    /// <summary>Groups that an interface can be in.</summary>
    public const int MaximumGroups = 32;

    private readonly InterfaceAddress[] _addresses = new InterfaceAddress[MaximumAddresses];

    /// <summary>The broadcast address of each one's subnet, or the limited one.</summary>
    private readonly uint[] _broadcasts = new uint[MaximumAddresses];

    /// <summary>Whether an address has, or had, a broadcast address of its own.</summary>
    private bool _hasOwnBroadcasts;
    private readonly IpAddress[] _groups = new IpAddress[MaximumGroups];
    private readonly int[] _groupMembers = new int[MaximumGroups];
    private int _addressCount;
    private int _groupCount;
    private PacketQueue _waiting;

    /// <summary>What has gone through it.</summary>
    public InterfaceStatistics Statistics;

    internal NetInterface(NetStack stack, NetDevice device, int index)
    {
        Stack = stack;
        Device = device;
        Index = index;
        Mtu = device.Mtu;
        Neighbors = new NeighborTable(this);
        Dhcp = new DhcpClient(this);
        RouterDiscovery = new RouterDiscovery(this);
        IsLoopback = (device.Features & NetDeviceFeatures.Loopback) != 0;
    }

    public NetStack Stack { get; }

    public NetDevice Device { get; }

    /// <summary>The number programs know it by, from 1.</summary>
    public int Index { get; }

    public string Name => Device.Name;

    public MacAddress Mac => Device.Mac;

    /// <summary>The largest IP packet; DHCP or a router may have lowered it.</summary>
    public int Mtu { get; private set; }

    public bool IsLoopback { get; }

    public bool IsUp { get; private set; } = true;

    /// <summary>The hop limit of packets to the wire, which a router may advertise.</summary>
    public byte HopLimit { get; internal set; } = 64;

    public ReadOnlySpan<InterfaceAddress> Addresses => _addresses.AsSpan(0, _addressCount);

    public ReadOnlySpan<IpAddress> Groups => _groups.AsSpan(0, _groupCount);

    /// <summary>How many endpoints are in each of <see cref="Groups"/>.</summary>
    public ReadOnlySpan<int> GroupUsers => _groupMembers.AsSpan(0, _groupCount);

    public NeighborTable Neighbors { get; }

    /// <summary>Finds its IPv4 address, once started.</summary>
    public DhcpClient Dhcp { get; }

    /// <summary>Finds its IPv6 addresses and routers, once started.</summary>
    public RouterDiscovery RouterDiscovery { get; }

    internal bool NeedsFlush { get; set; }

    /// <summary>The next interface whose device has packets to let go.</summary>
    internal NetInterface? NextToFlush { get; set; }

    /// <summary>Lowers the MTU, to no less than <see cref="LeastMtu"/>, or sets it back to the device's.</summary>
    public void SetMtu(int mtu)
    {
        int wanted = Math.Clamp(mtu, LeastMtu, Device.Mtu);
        if (wanted != Mtu)
        {
            Mtu = wanted;
            Stack.PathsChanged();
            Stack.Changes?.OnLink(this);
        }
    }

    /// <summary>Takes it into use or out of it: nothing is sent or received by one that is down, and no route by it is taken.</summary>
    public void SetUp(bool isUp)
    {
        if (isUp != IsUp)
        {
            IsUp = isUp;
            Stack.PathsChanged();
            Stack.Changes?.OnLink(this);
        }
    }

    /// <summary>
    /// The address of the same subnet that the interface had before: what is sent there comes from that one, and this goes with it
    /// (IFA_F_SECONDARY). The address itself where there is none,
    /// and of IPv6.
    /// </summary>
    public InterfaceAddress PrimaryOf(in InterfaceAddress address)
    {
        foreach (InterfaceAddress own in Addresses)
        {
            if (own.Address == address.Address || (own.Address.IsV4 && address.Address.IsV4 && own.PrefixLength == address.PrefixLength && own.Prefix == address.Prefix))
            {
                return own;
            }
        }

        return address;
    }

    public bool HasAddress(IpAddress address) => IndexOf(address) >= 0;

    /// <summary>Whether it has the address with a prefix of this length.</summary>
    public bool HasAddress(IpAddress address, int prefixLength) => IndexOf(address) is >= 0 and int at && _addresses[at].PrefixLength == prefixLength;

    /// <summary>Whether packets sent to it are for this interface's machine though it is none of its addresses.</summary>
    [AllocationFree]
    public bool IsBroadcast(IpAddress address)
    {
        if (!address.IsV4)
        {
            return false;
        }

        // One or two, for which a search by vectors costs more than it saves.
        uint value = address.V4;
        foreach (uint broadcast in _broadcasts.AsSpan(0, _addressCount))
        {
            if (broadcast == value)
            {
                return true;
            }
        }

        return value == uint.MaxValue || (_hasOwnBroadcasts && IsOwnBroadcast(address));
    }

    /// <summary>Whether packets to the group are taken. The all-hosts groups always are.</summary>
    [AllocationFree]
    public bool IsInGroup(IpAddress group)
    {
        if (IsLoopback || group == IpAddress.AllHostsV4 || group == IpAddress.AllNodes)
        {
            return true;
        }

        foreach (IpAddress joined in Groups)
        {
            if (joined == group)
            {
                return true;
            }
        }

        foreach (InterfaceAddress own in Addresses)
        {
            if (!own.Address.IsV4 && own.Address.SolicitedNode == group)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The address from which packets to a destination go by this interface (RFC 6724, 5, rules 2 and 8); false when it has none of the family.</summary>
    [AllocationFree]
    internal bool TryChooseSource(IpAddress destination, out IpAddress source)
    {
        int best = -1;
        int bestScore = -1;
        for (int i = 0; i < _addressCount; i++)
        {
            ref InterfaceAddress own = ref _addresses[i];
            if (own.Address.IsV4 != destination.IsV4 || own.IsTentative)
            {
                continue;
            }

            bool isRightScope = own.Address.IsLinkLocal == (destination.IsLinkLocal || destination.High >> 48 == 0xff02);
            int score = (isRightScope ? 1000 : 0) + own.Address.CommonBits(destination);
            if (score > bestScore)
            {
                best = i;
                bestScore = score;
            }
        }

        source = best < 0 ? default : _addresses[best].Address;
        return best >= 0;
    }

    /// <summary>Sends a packet that begins with its link header, or lets it wait for the device.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Transmit(PacketBuffer packet)
    {
        if (!IsUp || _waiting.Count >= QueueLimit)
        {
            Statistics.SendDrops++;
            packet.Release();
            return;
        }

        int length = packet.Length;
        if (_waiting.First != null || !Device.TrySend(packet))
        {
            _waiting.Add(packet);
            return;
        }

        Statistics.SentPackets++;
        Statistics.SentBytes += (ulong)length;
        Stack.FlushLater(this);
    }

    /// <summary>Packets that wait for the device or for a neighbour, or that the device has not sent.</summary>
    internal int CountUnsent() => _waiting.Count + Neighbors.WaitingCount + Device.CountUnsent();

    /// <summary>The device has room: what waits goes on.</summary>
    [AllocationFree]
    internal void SendWaiting()
    {
        while (_waiting.Take() is { } packet)
        {
            int length = packet.Length;
            if (!Device.TrySend(packet))
            {
                _waiting.AddFirst(packet);
                break;
            }

            Statistics.SentPackets++;
            Statistics.SentBytes += (ulong)length;
            Stack.FlushLater(this);
        }
    }

    /// <summary>Adds or replaces an address. False when there is no room.</summary>
    internal bool TryAdd(InterfaceAddress address)
    {
        int at = IndexOf(address.Address);
        if (at < 0)
        {
            if (_addressCount == MaximumAddresses)
            {
                return false;
            }

            at = _addressCount++;
        }

        _addresses[at] = address;
        _broadcasts[at] = address.SubnetBroadcast.V4;
        _hasOwnBroadcasts |= address.OwnBroadcast.IsV4;
        return true;
    }

    [AllocationFree]
    private bool IsOwnBroadcast(IpAddress address)
    {
        foreach (ref readonly InterfaceAddress own in Addresses)
        {
            if (own.OwnBroadcast == address)
            {
                return true;
            }
        }

        return false;
    }

    internal bool Remove(IpAddress address)
    {
        int at = IndexOf(address);
        if (at < 0)
        {
            return false;
        }

        _addressCount--;
        _addresses.AsSpan(at + 1, _addressCount - at).CopyTo(_addresses.AsSpan(at));
        _broadcasts.AsSpan(at + 1, _addressCount - at).CopyTo(_broadcasts.AsSpan(at));
        return true;
    }

    /// <summary>Counts one more member of the group; true for the first. False too when there is no room: <paramref name="isFull"/>.</summary>
    internal bool Join(IpAddress group, out bool isFull)
    {
        isFull = false;
        int at = Groups.IndexOf(group);
        if (at >= 0)
        {
            _groupMembers[at]++;
            return false;
        }

        isFull = _groupCount == MaximumGroups;
        if (isFull)
        {
            return false;
        }

        _groups[_groupCount] = group;
        _groupMembers[_groupCount++] = 1;
        return true;
    }

    /// <summary>Counts one member less; true for the last.</summary>
    internal bool Leave(IpAddress group)
    {
        int at = Groups.IndexOf(group);
        if (at < 0 || --_groupMembers[at] > 0)
        {
            return false;
        }

        _groupCount--;
        _groups[at] = _groups[_groupCount];
        _groupMembers[at] = _groupMembers[_groupCount];
        return true;
    }

    [AllocationFree]
    private int IndexOf(IpAddress address)
    {
        for (int i = 0; i < _addressCount; i++)
        {
            if (_addresses[i].Address == address)
            {
                return i;
            }
        }

        return -1;
    }
}
