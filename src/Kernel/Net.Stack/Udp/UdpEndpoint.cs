using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>A UDP socket's block (RFC 768; udp(7)).</summary>
public sealed class UdpEndpoint : DatagramEndpoint
{
    /// <summary>The most data that a datagram over IPv4 can carry; over IPv6 it is 20 bytes more.</summary>
    public const int MaximumData = 65507;

    /// <summary>UDP_MAX_SEGMENTS: datagrams of one call with UDP_SEGMENT.</summary>
    private const int MaximumSegments = 64;

    /// <summary>UDP_GRO: datagrams of one size that come one after the other from the same place may be received as one.</summary>
    public bool Merges { get; set; }

    public UdpEndpoint(NetStack stack, AddressFamily family)
        : base(stack, family)
    {
    }

    private protected override int HeaderForFilter(int length, ushort sourcePort, ushort destinationPort, out ulong header)
    {
        const int SourceAt = 48;
        const int DestinationAt = 32;
        const int LengthAt = 16;
        header = (ulong)sourcePort << SourceAt | (ulong)destinationPort << DestinationAt | (ulong)(ushort)Math.Min(length + UdpView.HeaderBytes, ushort.MaxValue) << LengthAt;
        return UdpView.HeaderBytes;
    }

    /// <summary>UDP_NO_CHECK6_TX: datagrams of IPv6 go without a checksum (RFC 6935).</summary>
    public bool OmitsChecksumV6 { get; set; }

    /// <summary>UDP_NO_CHECK6_RX: datagrams of IPv6 may come without one.</summary>
    public bool TakesZeroChecksumV6 { get; set; }

    /// <summary>Takes an address; port zero has one chosen.</summary>
    public override NetError Bind(EndpointAddress address, Instant now)
    {
        Stack.Enter(now);
        if (IsBound)
        {
            return NetError.InvalidArgument;
        }

        NetError error = Stack.CheckBindable(this, address.Address);
        error = error != NetError.None ? error : Stack.Udp.Ports.Bind(this, address);
        IsPortChosen = error == NetError.None && address.Port != 0;
        return error;
    }

    /// <summary>Fixes the peer: only its datagrams are received, and errors about them are reported.</summary>
    public override NetError Connect(EndpointAddress peer, Instant now)
    {
        Stack.Enter(now);
        if (!Speaks(peer.Address))
        {
            return NetError.FamilyMismatch;
        }

        if (peer.Address.IsUnspecified)
        {
            peer = peer with { Address = peer.Address.IsV4 ? IpAddress.LoopbackV4 : IpAddress.LoopbackV6 };
        }

        NetError error = FindPath(peer, out _);
        if (error != NetError.None)
        {
            return error;
        }

        bool wasUnspecified = Local.Address.IsUnspecified;
        EndpointAddress local = new(wasUnspecified ? _path.Source : Local.Address, Local.Port);
        if (!IsBound)
        {
            error = Stack.Udp.Ports.Bind(this, local);
            if (error != NetError.None)
            {
                return error;
            }
        }

        WasUnspecified |= wasUnspecified;
        Local = local with { Port = Local.Port };

        Remote = peer;
        return NetError.None;
    }

    /// <summary>Whether its address was chosen by <see cref="Connect"/> and goes with the peer.</summary>
    private bool WasUnspecified { get; set; }

    /// <summary>Whether the program has named the port: the socket keeps it without a peer.</summary>
    private bool IsPortChosen { get; set; }

    /// <summary>Forgets the peer (connect(2) with AF_UNSPEC).</summary>
    public override void Disconnect()
    {
        Remote = new EndpointAddress(Family == AddressFamily.V4 ? IpAddress.AnyV4 : IpAddress.AnyV6, 0);
        if (WasUnspecified)
        {
            Local = Local with { Address = Remote.Address };
            WasUnspecified = false;
        }

        if (!IsPortChosen)
        {
            Stack.Udp.Ports.Release(this);
            Local = Local with { Port = 0 };
        }
    }

    /// <summary>
    /// Sends a datagram, whose data is in the packet, to the peer or to another address. The packet is the stack's from here on, whatever comes out.
    /// </summary>
    [AllocationFree]
    public NetError Send(PacketBuffer data, in EndpointAddress to, Instant now) => Send(data, to, default, now);

    /// <summary>The same for a datagram that differs in its header.</summary>
    [AllocationFree]
    public override NetError Send(PacketBuffer data, in EndpointAddress to, in DatagramOverrides overrides, Instant now)
    {
        Stack.Enter(now);
        NetError error = Check(data, to);
        if (error != NetError.None)
        {
            data.Release();
            return error;
        }

        // To the unspecified address is to oneself, as Linux has it.
        EndpointAddress peer = to.Address.IsUnspecified ? to with { Address = to.Address.IsV4 ? IpAddress.LoopbackV4 : IpAddress.LoopbackV6 } : to;
        bool isMulticast = peer.Address.IsMulticast;
        NetPath own = default;
        ref NetPath path = ref overrides.HasPath ? ref own : ref _path;
        error = overrides.HasPath ? FindPath(peer, overrides, out own) : FindPath(peer, out isMulticast);
        if (error == NetError.None && data.Length > (peer.Address.IsV4 ? MaximumData : MaximumData + 20))
        {
            NoteTooLong(peer, path.Mtu);
            error = NetError.MessageTooLong;
        }

        if (error == NetError.None && !IsBound)
        {
            error = Stack.Udp.Ports.Bind(this, Local);
        }

        if (error != NetError.None)
        {
            data.Release();
            return error;
        }

        if (overrides.SegmentSize != 0 && data.Length > overrides.SegmentSize)
        {
            return SendSegments(ref path, data, peer, isMulticast, overrides);
        }

        error = SendOne(ref path, data, peer, isMulticast, overrides);
        Stack.Drain();
        return error;
    }

    /// <summary>UDP_SEGMENT: as many datagrams as it takes, all but the last of one size (udp(7); udp_send_skb).</summary>
    private NetError SendSegments(ref NetPath path, PacketBuffer data, in EndpointAddress peer, bool isMulticast, in DatagramOverrides overrides)
    {
        int size = overrides.SegmentSize;
        int ipBytes = peer.Address.IsV4 ? Ipv4View.MinimumBytes : Ipv6View.HeaderBytes;
        NetError error = ipBytes + UdpView.HeaderBytes + size > path.Mtu || data.Length > (long)size * MaximumSegments ? NetError.InvalidArgument : NetError.None;
        int length = data.Length;
        for (int at = 0; at < length && error == NetError.None; at += size)
        {
            if (!Stack.Pool.TryTakePacket(out PacketBuffer piece))
            {
                error = NetError.NoMemory;
            }
            else if (!Stack.Pool.TryShare(data.Bytes, at, Math.Min(size, length - at), ref piece.Bytes))
            {
                piece.Release();
                error = NetError.NoMemory;
            }
            else
            {
                error = SendOne(ref path, piece, peer, isMulticast, overrides);
            }
        }

        data.Release();
        Stack.Drain();
        return error;
    }

    private NetError SendOne(ref NetPath path, PacketBuffer data, in EndpointAddress peer, bool isMulticast, in DatagramOverrides overrides)
    {
        Span<byte> header = stackalloc byte[UdpView.HeaderBytes];
        UdpView.Write(header, Local.Port, peer.Port, UdpView.HeaderBytes + data.Length, 0);
        PacketBuffer? stamp = StartStamp(data, overrides);
        if (isMulticast && LoopsMulticast && !path.Interface!.IsLoopback && path.Interface.IsInGroup(peer.Address))
        {
            Stack.Udp.LoopBack(ref path, data, header);
        }

        if (peer.Address.IsV4)
        {
            Stack.Counters.UdpV4.Sent++;
        }
        else
        {
            Stack.Counters.UdpV6.Sent++;
        }

        byte timeToLive = overrides.TimeToLive is byte limit ? limit : isMulticast ? MulticastTimeToLive : TimeToLive != 0 ? TimeToLive : path.Interface!.HopLimit;
        NetError error = Stack.Send(ref path, data, IpProtocol.Udp, header, ChecksumOffsetFor(peer.Address.IsV4), timeToLive, overrides.TypeOfService ?? TypeOfService, MayFragmentOf(overrides));
        if (error == NetError.MessageTooLong)
        {
            NoteTooLong(peer, path.Mtu);
        }

        if (stamp != null)
        {
            NoteSent(stamp, error == NetError.None, overrides, UdpView.HeaderBytes, path);
        }

        return error;
    }

    /// <summary>The size of the datagrams that a received one was merged of; zero when it is one.</summary>
    public static int MergedSize(PacketBuffer datagram) => datagram.Gso == GsoKind.None && datagram.GsoSize > 0 && datagram.GsoSize < datagram.Length ? datagram.GsoSize : 0;

    /// <summary>The endpoint is no more.</summary>
    public override void Close(Instant now)
    {
        Stack.Enter(now);
        CloseQueue();
        Stack.Udp.Ports.Release(this);
        Observer = null;
        Stack.Drain();
    }

    /// <summary>Where the checksum belongs; nowhere where it is to be left out.</summary>
    private int ChecksumOffsetFor(bool isV4) => (isV4 ? OmitsChecksum : OmitsChecksumV6) ? -1 : UdpView.ChecksumOffset;

    private NetError Check(PacketBuffer data, in EndpointAddress to)
    {
        if (IsWriteShut)
        {
            return NetError.BrokenPipe;
        }

        if (TakeError() is NetError pending and not NetError.None)
        {
            return pending;
        }

        if (to.Port == 0)
        {
            return IsConnected || !to.Address.IsUnspecified ? NetError.InvalidArgument : NetError.DestinationRequired;
        }

        if (!Speaks(to.Address))
        {
            return to.Address.IsV4 ? NetError.NetworkUnreachable : NetError.FamilyMismatch;
        }

        return NetError.None;
    }
}
