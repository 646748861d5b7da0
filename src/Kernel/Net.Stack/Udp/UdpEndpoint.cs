using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>A UDP socket's block (RFC 768; udp(7)).</summary>
public sealed class UdpEndpoint : DatagramEndpoint
{
    /// <summary>The most data that a datagram over IPv4 can carry; over IPv6 it is 20 bytes more.</summary>
    public const int MaximumData = 65507;

    public UdpEndpoint(NetStack stack, AddressFamily family)
        : base(stack, family)
    {
    }

    /// <summary>UDP_NO_CHECK6_TX: datagrams of IPv6 go without a checksum (RFC 6935).</summary>
    public bool OmitsChecksumV6 { get; set; }

    /// <summary>UDP_NO_CHECK6_RX: datagrams of IPv6 may come without one.</summary>
    public bool TakesZeroChecksumV6 { get; set; }

    /// <summary>Takes an address; port zero has one chosen.</summary>
    public NetError Bind(EndpointAddress address, Instant now)
    {
        Stack.Enter(now);
        if (IsBound)
        {
            return NetError.InvalidArgument;
        }

        NetError error = Stack.CheckBindable(this, address.Address);
        return error != NetError.None ? error : Stack.Udp.Ports.Bind(this, address);
    }

    /// <summary>Fixes the peer: only its datagrams are received, and errors about them are reported.</summary>
    public NetError Connect(EndpointAddress peer, Instant now)
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

    /// <summary>Forgets the peer (connect(2) with AF_UNSPEC).</summary>
    public void Disconnect()
    {
        Remote = new EndpointAddress(Family == AddressFamily.V4 ? IpAddress.AnyV4 : IpAddress.AnyV6, 0);
        if (WasUnspecified)
        {
            Local = Local with { Address = Remote.Address };
            WasUnspecified = false;
        }
    }

    /// <summary>
    /// Sends a datagram, whose data is in the packet, to the peer or to another address. The packet is the stack's from here on, whatever comes out.
    /// </summary>
    [AllocationFree]
    public NetError Send(PacketBuffer data, in EndpointAddress to, Instant now) => Send(data, to, default, now);

    /// <summary>The same for a datagram that differs in its header.</summary>
    [AllocationFree]
    public NetError Send(PacketBuffer data, in EndpointAddress to, in DatagramOverrides overrides, Instant now)
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
        if (error == NetError.None && !IsBound)
        {
            error = Stack.Udp.Ports.Bind(this, Local);
        }

        if (error != NetError.None)
        {
            data.Release();
            return error;
        }

        Span<byte> header = stackalloc byte[UdpView.HeaderBytes];
        UdpView.Write(header, Local.Port, to.Port, UdpView.HeaderBytes + data.Length, 0);
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
        error = Stack.Send(ref path, data, IpProtocol.Udp, header, ChecksumOffsetFor(peer.Address.IsV4), timeToLive, overrides.TypeOfService ?? TypeOfService, MayFragment);
        Stack.Drain();
        return error;
    }

    /// <summary>The endpoint is no more.</summary>
    public void Close(Instant now)
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

        return data.Length > (to.Address.IsV4 ? MaximumData : MaximumData + 20) ? NetError.MessageTooLong : NetError.None;
    }
}
