using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;

namespace Mote.Kernel.Net.Sockets;

// Options of groups on a stream: those that are kept have no effect, because a connection is with one peer (ip_setsockopt, ipv6_setsockopt).
internal abstract partial class InetSocket
{
    private bool _loops = true;
    private bool _loops6 = true;

    private Errno SetStreamGroupOption(IpOption option, ReadOnlySpan<byte> value)
    {
        switch (option)
        {
            case IpOption.MulticastLoop when TryNumber(value, out int number):
                _loops = number != 0;
                return Errno.None;
            case IpOption.AddMembership or IpOption.DropMembership:
                return Errno.EPROTO;
            case >= IpOption.UnblockSource and not (IpOption.JoinGroup or IpOption.LeaveGroup):
                return Errno.ENOPROTOOPT;
            default:
                return Errno.EINVAL;
        }
    }

    private Result<int> GetStreamGroupOption(IpOption option, Span<byte> value) => option switch
    {
        IpOption.MulticastInterface => Number(value, 0),
        IpOption.MulticastTimeToLive => Number(value, 1),
        IpOption.MulticastLoop => Number(value, _loops ? 1 : 0),
        _ => Errno.ENOPROTOOPT,
    };

    private Errno SetStreamGroupOption(Ipv6Option option, ReadOnlySpan<byte> value)
    {
        switch (option)
        {
            case Ipv6Option.MulticastInterface or Ipv6Option.MulticastHops:
                return Errno.ENOPROTOOPT;
            case Ipv6Option.MulticastLoop when value.Length >= sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(value) is 0 or 1:
                _loops6 = BinaryPrimitives.ReadInt32LittleEndian(value) != 0;
                return Errno.None;
            case Ipv6Option.AddMembership or Ipv6Option.DropMembership:
                return value.Length < 20 ? Errno.EINVAL : Errno.EPROTO;
            case Ipv6Option.JoinGroup or Ipv6Option.LeaveGroup when value.Length >= 136 && BinaryPrimitives.ReadUInt16LittleEndian(value[8..]) != (ushort)AddressFamily.Inet6:
                return Errno.EADDRNOTAVAIL;
            case >= Ipv6Option.JoinGroup and not (Ipv6Option.JoinGroup or Ipv6Option.LeaveGroup):
                return Errno.ENOPROTOOPT;
            default:
                return Errno.EINVAL;
        }
    }

    private Result<int> GetStreamGroupOption(Ipv6Option option, Span<byte> value) => option switch
    {
        Ipv6Option.MulticastInterface => Number(value, 0),
        Ipv6Option.MulticastHops => Number(value, 1),
        Ipv6Option.MulticastLoop => Number(value, _loops6 ? 1 : 0),
        _ => Errno.ENOPROTOOPT,
    };
}
