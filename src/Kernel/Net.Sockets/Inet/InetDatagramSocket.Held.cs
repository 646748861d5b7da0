using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Kernel.Vfs;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

// Datagrams that are put together from several calls (UDP_CORK, MSG_MORE; udp(7)), options of UDP, and what is told of datagrams seldom.
internal sealed partial class InetDatagramSocket
{
    private const int Cork = 1; // UDP_CORK
    private const int Encapsulation = 100; // UDP_ENCAP
    private const int WithoutChecksum6 = 101; // UDP_NO_CHECK6_TX
    private const int TakesWithoutChecksum6 = 102; // UDP_NO_CHECK6_RX
    private const int GroupRequestBytes = 136; // struct group_req

    private PacketBuffer? _held;
    private EndpointAddress _heldPeer;
    private DatagramOverrides _heldOverrides;
    private bool _isCorked;

    protected override bool HasPeekOffset => _endpoint is UdpEndpoint;

    protected override (int Received, int Sent, ulong Drops) Queued => (_endpoint.QueuedBytes, _held?.Length ?? 0, _endpoint.Drops);

    protected override Errno SetUdpOption(int option, ReadOnlySpan<byte> value)
    {
        if (_endpoint is not UdpEndpoint udp)
        {
            return Errno.ENOPROTOOPT;
        }

        if (value.Length < sizeof(int))
        {
            return Errno.EINVAL;
        }

        int number = BinaryPrimitives.ReadInt32LittleEndian(value);
        switch (option)
        {
            case Cork:
                _isCorked = number != 0;
                return _isCorked ? Errno.None : SendHeld().Error;
            case WithoutChecksum6:
                udp.OmitsChecksumV6 = number != 0;
                return Errno.None;
            case TakesWithoutChecksum6:
                udp.TakesZeroChecksumV6 = number != 0;
                return Errno.None;
            case Encapsulation when number == 0:
                return Errno.None; // none, as it is
            default:
                return Errno.ENOPROTOOPT;
        }
    }

    protected override Result<int> GetUdpOption(int option, Span<byte> value) => option switch
    {
        _ when _endpoint is not UdpEndpoint => Errno.ENOPROTOOPT,
        Cork => Number(value, _isCorked ? 1 : 0),
        WithoutChecksum6 => Number(value, ((UdpEndpoint)_endpoint).OmitsChecksumV6 ? 1 : 0),
        TakesWithoutChecksum6 => Number(value, ((UdpEndpoint)_endpoint).TakesZeroChecksumV6 ? 1 : 0),
        Encapsulation => Number(value, 0),
        _ => Errno.ENOPROTOOPT,
    };

    /// <summary>Whether what is sent now goes together with what follows, or with what came before.</summary>
    private bool IsHeld(MessageFlags flags) => _endpoint is UdpEndpoint && (_held != null || _isCorked || (flags & MessageFlags.More) != 0);

    /// <summary>Adds to the datagram, which goes with the first call's destination when no more is to come.</summary>
    private Result<long> Hold(ref DataSource data, MessageFlags flags, in EndpointAddress peer, in DatagramOverrides overrides)
    {
        if (_held == null)
        {
            if (!Stack.Pool.TryTakePacket(out PacketBuffer packet))
            {
                return Errno.ENOBUFS;
            }

            _held = packet;
            _heldPeer = peer;
            _heldOverrides = overrides;
        }

        long length = (long)data.Remaining;
        int most = UdpEndpoint.MaximumData + (_heldPeer.Address.IsV4 ? 0 : 20);
        Errno error = length > most - _held.Length ? Errno.EMSGSIZE : Fill(_held, ref data);
        if (error != Errno.None)
        {
            DropHeld(); // all of it (udp_flush_pending_frames)
            return error;
        }

        if (_isCorked || (flags & MessageFlags.More) != 0)
        {
            return length;
        }

        Result<long> sent = SendHeld();
        return sent.IsOk ? length : sent;
    }

    private Result<long> SendHeld()
    {
        PacketBuffer? held = _held;
        _held = null;
        if (held == null)
        {
            return 0;
        }

        Errno error = ((UdpEndpoint)_endpoint).Send(held, _heldPeer, _heldOverrides, Clock.Now).ToErrno();
        Network.Update();
        return error == Errno.None ? 0 : error;
    }

    private void DropHeld()
    {
        _held?.Release();
        _held = null;
    }

    /// <summary>What the socket says of all its datagrams, where one does not say it itself.</summary>
    private void AddSticky(ref DatagramOverrides overrides)
    {
        overrides.Source = overrides.Source.IsUnspecified && !StickySource.IsUnspecified ? StickySource : overrides.Source;
        overrides.Interface = overrides.Interface == 0 ? StickyInterface : overrides.Interface;
    }

    /// <summary>MCAST_JOIN_GROUP and MCAST_LEAVE_GROUP: struct group_req is an interface and, at 8, an address of a group.</summary>
    private Errno ChangeNamed(ReadOnlySpan<byte> value, AddressFamily family, bool isJoining)
    {
        if (value.Length < GroupRequestBytes)
        {
            return Errno.EINVAL;
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(value[8..]) != (ushort)family)
        {
            return family == AddressFamily.Inet ? Errno.EINVAL : Errno.EADDRNOTAVAIL;
        }

        Errno error = InetAddress.Read(value[8..], family, out EndpointAddress group);
        int index = BinaryPrimitives.ReadInt32LittleEndian(value);
        return error != Errno.None ? Errno.EINVAL
            : index != 0 && Stack.InterfaceOf(index) == null ? Errno.ENODEV
            : Change(group.Address, index, isJoining);
    }

    /// <summary>What RFC 2292 had other numbers for, and the destination's address (IP_RECVORIGDSTADDR).</summary>
    private void AddRareControl(in ReceivedHeader header, ref IncomingMessage message)
    {
        EndpointAddress destination = header.Destination;
        bool isV4 = destination.Address.IsV4;
        if (!isV4 && Has(IpOptionBits.PacketInformation2292))
        {
            Span<byte> bytes = stackalloc byte[GroupBytesV6];
            destination.Address.WriteV6(bytes);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[IpAddress.V6Bytes..], destination.Scope);
            message.AddControl(SocketLevel.Ipv6, (int)Ipv6Option.PacketInformation2292, bytes);
        }

        AddNumber(!isV4 && Has(IpOptionBits.HopLimit2292), SocketLevel.Ipv6, (int)Ipv6Option.HopLimit2292, header.TimeToLive, ref message);
        if (header.Port is not int port)
        {
            return;
        }

        destination = destination with { Port = (ushort)port };
        if (isV4 && Has(IpOptionBits.OriginalDestination))
        {
            Span<byte> name = stackalloc byte[InetAddress.V4Bytes];
            _ = InetAddress.Write(name, AddressFamily.Inet, destination);
            message.AddControl(SocketLevel.Ip, (int)IpOption.OriginalDestination, name);
        }

        if (!isV4 && Has(IpOptionBits.OriginalDestination6))
        {
            Span<byte> name = stackalloc byte[InetAddress.V6Bytes];
            _ = InetAddress.Write(name, AddressFamily.Inet6, destination with { Scope = destination.Address.IsLinkLocal ? destination.Scope : 0 });
            message.AddControl(SocketLevel.Ipv6, (int)Ipv6Option.OriginalDestination, name);
        }
    }
}
