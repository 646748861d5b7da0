using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>A ping socket (socket(2) with SOCK_DGRAM and IPPROTO_ICMP or IPPROTO_ICMPV6): sends echo requests and gets their replies. Its port is the identifier.</summary>
public sealed class PingEndpoint : DatagramEndpoint
{
    public PingEndpoint(NetStack stack, AddressFamily family)
        : base(stack, family)
    {
        IsV6Only = true;
    }

    /// <summary>Takes an identifier; zero has one chosen.</summary>
    public override NetError Bind(EndpointAddress address, Instant now)
    {
        Stack.Enter(now);
        if (IsBound)
        {
            return NetError.InvalidArgument;
        }

        NetError error = Stack.CheckBindable(this, address.Address);
        return error != NetError.None ? error : Stack.Icmp.Pings.Bind(this, address);
    }

    /// <summary>Fixes the peer.</summary>
    public override NetError Connect(EndpointAddress peer, Instant now)
    {
        Stack.Enter(now);
        if (!Speaks(peer.Address))
        {
            return NetError.FamilyMismatch;
        }

        NetError error = FindPath(peer, out _);
        if (error == NetError.None)
        {
            Remote = peer;
        }

        return error;
    }

    /// <summary>Forgets the peer.</summary>
    public override void Disconnect() => Remote = new EndpointAddress(Family == AddressFamily.V4 ? IpAddress.AnyV4 : IpAddress.AnyV6, 0);

    /// <summary>Sends an echo request: the packet is the ICMP message, header included, whose type must be that of a request. The packet is the stack's from here on.</summary>
    [AllocationFree]
    public NetError Send(PacketBuffer message, in EndpointAddress to, Instant now) => Send(message, to, default, now);

    /// <summary>The same for a request that differs in its header.</summary>
    [AllocationFree]
    public override NetError Send(PacketBuffer message, in EndpointAddress to, in DatagramOverrides overrides, Instant now)
    {
        Stack.Enter(now);
        Span<byte> header = stackalloc byte[IcmpView.HeaderBytes];
        NetPath own = default;
        ref NetPath path = ref overrides.HasPath ? ref own : ref _path;
        NetError error = message.Read(0, header) < header.Length ? NetError.InvalidArgument
            : header[0] != (Family == AddressFamily.V4 ? IcmpType.V4Echo : IcmpType.V6Echo) || header[1] != 0 ? NetError.InvalidArgument
            : !Speaks(to.Address) ? NetError.FamilyMismatch
            : IsWriteShut ? NetError.BrokenPipe
            : overrides.HasPath ? FindPath(to, overrides, out own)
            : FindPath(to, out _);
        if (error == NetError.None && !IsBound)
        {
            error = Stack.Icmp.Pings.Bind(this, Local);
        }

        if (error != NetError.None)
        {
            message.Release();
            return error;
        }

        BinaryPrimitives.WriteUInt16BigEndian(header[4..], Local.Port);
        message.TrimFront(header.Length);
        byte timeToLive = overrides.TimeToLive is byte limit ? limit : TimeToLive != 0 ? TimeToLive : path.Interface!.HopLimit;
        PacketBuffer? stamp = StartStamp(message, overrides);
        error = Stack.Icmp.Send(ref path, message, header, timeToLive, overrides.TypeOfService ?? TypeOfService, MayFragment);
        if (error == NetError.MessageTooLong)
        {
            NoteTooLong(to, path.Mtu);
        }

        if (stamp != null)
        {
            NoteSent(stamp, error == NetError.None, overrides, IcmpView.HeaderBytes, path);
        }

        Stack.Drain();
        return error;
    }

    /// <summary>The endpoint is no more.</summary>
    public override void Close(Instant now)
    {
        Stack.Enter(now);
        CloseQueue();
        Stack.Icmp.Pings.Release(this);
        Observer = null;
        Stack.Drain();
    }
}
