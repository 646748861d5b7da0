using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// Groups, and what is told of received datagrams in control messages.
internal sealed partial class InetDatagramSocket
{
    private const int GroupBytes = 8; // struct ip_mreq
    private const int GroupBytesV6 = 20; // struct ipv6_mreq

    protected override Errno SetGroupOption(IpOption option, ReadOnlySpan<byte> value)
    {
        switch (option)
        {
            case IpOption.AddMembership:
            case IpOption.DropMembership:
            case IpOption.MulticastInterface when value.Length >= GroupBytes:
                if (value.Length < GroupBytes)
                {
                    return Errno.EINVAL;
                }

                Result<int> chosen = ReadInterface(value[IpAddress.V4Bytes..]);
                return !chosen.IsOk ? chosen.Error
                    : option == IpOption.MulticastInterface ? SetInterface(chosen.Value)
                    : Change(IpAddress.ReadV4(value), chosen.Value, isJoining: option == IpOption.AddMembership);
            case IpOption.MulticastInterface when value.Length >= IpAddress.V4Bytes:
                Result<int> named = ReadInterface(value);
                return named.IsOk ? SetInterface(named.Value) : named.Error;
            case IpOption.JoinGroup or IpOption.LeaveGroup:
                return ChangeNamed(value, Abi.Linux.AddressFamily.Inet, option == IpOption.JoinGroup);
            case >= IpOption.UnblockSource:
                return Errno.ENOPROTOOPT; // memberships by source: docs/compat/sockets.md
            case IpOption.MulticastTimeToLive when TryNumber(value, out int hops) && hops is >= -1 and <= 255:
                _endpoint.MulticastTimeToLive = (byte)Math.Abs(hops); // -1 is 1
                return Errno.None;
            case IpOption.MulticastLoop when TryNumber(value, out int loop):
                _endpoint.LoopsMulticast = loop != 0;
                return Errno.None;
            default:
                return Errno.EINVAL;
        }
    }

    protected override Errno SetGroupOption(Ipv6Option option, ReadOnlySpan<byte> value)
    {
        if (option is Ipv6Option.AddMembership or Ipv6Option.DropMembership)
        {
            return value.Length < GroupBytesV6 || !IpAddress.ReadV6(value).IsMulticast
                ? Errno.EINVAL
                : Change(IpAddress.ReadV6(value), BinaryPrimitives.ReadInt32LittleEndian(value[IpAddress.V6Bytes..]), option == Ipv6Option.AddMembership);
        }

        if (option is Ipv6Option.JoinGroup or Ipv6Option.LeaveGroup)
        {
            return ChangeNamed(value, Abi.Linux.AddressFamily.Inet6, option == Ipv6Option.JoinGroup);
        }

        if (option > Ipv6Option.JoinGroup)
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
            case Ipv6Option.MulticastInterface:
                return number == 0 || Stack.InterfaceOf(number) != null ? SetInterface(number) : Errno.ENODEV;
            case Ipv6Option.MulticastHops when number is >= -1 and <= 255:
                _endpoint.MulticastTimeToLive = (byte)Math.Abs(number);
                return Errno.None;
            case Ipv6Option.MulticastLoop when number is 0 or 1:
                _endpoint.LoopsMulticast = number != 0;
                return Errno.None;
            default:
                return Errno.EINVAL;
        }
    }

    protected override Result<int> GetGroupOption(IpOption option, Span<byte> value)
    {
        switch (option)
        {
            case IpOption.MulticastTimeToLive:
                return Number(value, _endpoint.MulticastTimeToLive);
            case not (IpOption.MulticastLoop or IpOption.MulticastInterface):
                return Errno.ENOPROTOOPT;
            case IpOption.MulticastLoop:
                return Number(value, _endpoint.LoopsMulticast ? 1 : 0);
            default:
                NetInterface? chosen = Stack.InterfaceOf(_endpoint.MulticastInterface);
                FirstV4Address(chosen).WriteV4(value);
                return IpAddress.V4Bytes;
        }
    }

    protected override Result<int> GetGroupOption(Ipv6Option option, Span<byte> value) => option switch
    {
        Ipv6Option.MulticastHops => Number(value, _endpoint.MulticastTimeToLive),
        Ipv6Option.MulticastLoop => Number(value, _endpoint.LoopsMulticast ? 1 : 0),
        Ipv6Option.MulticastInterface => Number(value, _endpoint.MulticastInterface),
        _ => Errno.ENOPROTOOPT,
    };

    protected override bool HasGroupInterface(in EndpointAddress peer) => peer.Address.IsMulticast && _endpoint.MulticastInterface != 0;

    private Errno SetInterface(int index)
    {
        _endpoint.MulticastInterface = index;
        return Errno.None;
    }

    private Errno Change(IpAddress group, int index, bool isJoining)
    {
        NetError error = isJoining ? _endpoint.Join(group, index, Clock.Now) : _endpoint.Leave(group, index, Clock.Now);
        Network.Update();
        return error == NetError.NetworkUnreachable ? Errno.ENODEV : error.ToErrno();
    }

    /// <summary>struct in_addr, or the address and index of struct ip_mreqn. Zero: no interface in particular. ENODEV, EADDRNOTAVAIL.</summary>
    private Result<int> ReadInterface(ReadOnlySpan<byte> value)
    {
        if (value.Length >= 2 * sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(value[sizeof(int)..]) is not 0 and int index)
        {
            return Stack.InterfaceOf(index) == null ? Errno.ENODEV : index;
        }

        IpAddress address = IpAddress.ReadV4(value);
        if (address.IsUnspecified)
        {
            return 0;
        }

        foreach (NetInterface candidate in Stack.Interfaces)
        {
            if (candidate.HasAddress(address))
            {
                return candidate.Index;
            }
        }

        return Errno.EADDRNOTAVAIL;
    }

    private static IpAddress FirstV4Address(NetInterface? of)
    {
        if (of != null)
        {
            foreach (InterfaceAddress own in of.Addresses)
            {
                if (own.Address.IsV4)
                {
                    return own.Address;
                }
            }
        }

        return IpAddress.AnyV4;
    }

    private void AddControl(PacketBuffer packet, ref IncomingMessage message)
    {
        const int Merged = 104; // UDP_GRO
        if (Has(OptionBits.DroppedCount) && DatagramEndpoint.DropsBefore(packet) is not 0 and uint drops)
        {
            AddNumber(true, SocketLevel.Socket, (int)SocketOption.DroppedCount, unchecked((int)drops), ref message);
        }

        int size = UdpEndpoint.MergedSize(packet);
        AddNumber(size > 0 && _endpoint is UdpEndpoint { Merges: true }, SocketLevel.Udp, Merged, size, ref message);
        EndpointAddress destination = DatagramEndpoint.DestinationOf(packet);
        AddHeader(new ReceivedHeader(destination, DatagramEndpoint.TimeToLiveOf(packet), DatagramEndpoint.TypeOfServiceOf(packet),
            destination.Address, destination.Port), ref message);
    }

    private void AddHeader(in ReceivedHeader header, ref IncomingMessage message)
    {
        Span<byte> bytes = stackalloc byte[IpAddress.V6Bytes + sizeof(int)];
        EndpointAddress destination = header.Destination;
        bool isV4 = destination.Address.IsV4;
        if (Has(IpOptionBits.PacketInformation6))
        {
            destination.Address.WriteV6(bytes);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[IpAddress.V6Bytes..], destination.Scope);
            message.AddControl(SocketLevel.Ipv6, (int)Ipv6Option.PacketInformation, bytes[..GroupBytesV6]);
        }

        if (Has(IpOptionBits.PacketInformation) && isV4)
        {
            // struct in_pktinfo: index, the local address, the header's destination.
            BinaryPrimitives.WriteInt32LittleEndian(bytes, destination.Scope);
            header.Own.WriteV4(bytes[4..]);
            destination.Address.WriteV4(bytes[8..]);
            message.AddControl(SocketLevel.Ip, (int)IpOption.PacketInformation, bytes[..12]);
        }

        AddNumber(isV4 && Has(IpOptionBits.ReceiveTimeToLive), SocketLevel.Ip, (int)IpOption.TimeToLive, header.TimeToLive, ref message);
        AddNumber(!isV4 && Has(IpOptionBits.ReceiveHopLimit6), SocketLevel.Ipv6, (int)Ipv6Option.HopLimit, header.TimeToLive, ref message);
        AddNumber(!isV4 && Has(IpOptionBits.ReceiveTrafficClass6), SocketLevel.Ipv6, (int)Ipv6Option.TrafficClass,
            header.TypeOfService, ref message);
        if (isV4 && Has(IpOptionBits.ReceiveTypeOfService))
        {
            bytes[0] = header.TypeOfService;
            message.AddControl(SocketLevel.Ip, (int)IpOption.TypeOfService, bytes[..1]);
        }

        AddRareControl(header, ref message);
    }

    private static void AddNumber(bool isWanted, SocketLevel level, int type, int number, ref IncomingMessage message)
    {
        if (isWanted)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            message.AddControl(level, type, bytes);
        }
    }
}
