using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

// Options at the levels IPPROTO_IP and IPPROTO_IPV6 (ip(7), ipv6(7)).
internal abstract partial class InetSocket
{
    /// <summary>IP_PMTUDISC_WANT, IP_PMTUDISC_DO and IP_PMTUDISC_PROBE.</summary>
    private const int WantsDiscovery = 1;
    private const int NeverFragments = 2;
    private const int Probes = 3;

    private IpOptionBits _ipOptions;
    private int _pathMtuDiscovery = WantsDiscovery;

    /// <summary>IP_TOS or IPV6_TCLASS.</summary>
    protected byte TypeOfService { get; private set; }

    /// <summary>IP_TTL or IPV6_UNICAST_HOPS; zero is the default.</summary>
    protected byte TimeToLive { get; private set; }

    public override Errno SetOption(int level, int option, ReadOnlySpan<byte> value) => (SocketLevel)level switch
    {
        SocketLevel.Ip => SetIpOption((IpOption)option, value),
        SocketLevel.Ipv6 when Family == AddressFamily.Inet6 => SetIpv6Option((Ipv6Option)option, value),
        SocketLevel.Udp => SetUdpOption(option, value),
        SocketLevel.Socket => base.SetOption(level, option, value),
        _ => Errno.ENOPROTOOPT,
    };

    public override Result<int> GetOption(int level, int option, Span<byte> value) => (SocketLevel)level switch
    {
        SocketLevel.Ip => Noted(GetIpOption((IpOption)option, value), value),
        SocketLevel.Ipv6 when Family == AddressFamily.Inet6 => GetIpv6Option((Ipv6Option)option, value),
        SocketLevel.Udp => GetUdpOption(option, value),
        SocketLevel.Socket => base.GetOption(level, option, value),
        _ => Family == AddressFamily.Inet ? Errno.EOPNOTSUPP : Errno.ENOPROTOOPT, // as Linux has it
    };

    protected void InheritIpOptions(InetSocket from)
    {
        _ipOptions = from._ipOptions;
        _pathMtuDiscovery = from._pathMtuDiscovery;
        TypeOfService = from.TypeOfService;
        TimeToLive = from.TimeToLive;
        InheritMoreIpOptions(from);
    }

    protected bool Has(IpOptionBits bit) => (_ipOptions & bit) != 0;

    /// <summary>Whether what is too long for the path is refused (EMSGSIZE) rather than cut.</summary>
    protected bool RefusesFragments => _pathMtuDiscovery is NeverFragments or Probes || Has(IpOptionBits.DoNotFragment6);

    /// <summary>Whether the program wants to know how long packets may be.</summary>
    protected bool DiscoversPathMtu => _pathMtuDiscovery != 0; // IP_PMTUDISC_DONT

    /// <summary>The type of service, the time to live, what is done with long packets or a bit of IpOptionBits has changed.</summary>
    protected abstract void OnHeaderFieldsSet();

    /// <summary>Options of groups, which belong to datagrams; what they mean to a stream is in InetSocket.Groups.cs.</summary>
    protected virtual Errno SetGroupOption(IpOption option, ReadOnlySpan<byte> value) => SetStreamGroupOption(option, value);

    protected virtual Errno SetGroupOption(Ipv6Option option, ReadOnlySpan<byte> value) => SetStreamGroupOption(option, value);

    protected virtual Result<int> GetGroupOption(IpOption option, Span<byte> value) => GetStreamGroupOption(option, value);

    protected virtual Result<int> GetGroupOption(Ipv6Option option, Span<byte> value) => GetStreamGroupOption(option, value);

    /// <summary>Options at the level IPPROTO_UDP.</summary>
    protected virtual Errno SetUdpOption(int option, ReadOnlySpan<byte> value) => Errno.ENOPROTOOPT;

    protected virtual Result<int> GetUdpOption(int option, Span<byte> value) => Errno.ENOPROTOOPT;

    /// <summary>The MTU of the path to the peer; ENOTCONN.</summary>
    protected virtual Result<int> PathMtu => Errno.ENOTCONN;

    /// <summary>A number of four bytes, or of one where the program passed fewer than four (ip(7) allows both); no byte is zero. False for none.</summary>
    protected static bool TryNumber(ReadOnlySpan<byte> value, out int number)
    {
        number = value.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(value) : value.Length >= 1 ? value[0] : 0;
        return value.Length >= 1;
    }

    private Errno SetIpOption(IpOption option, ReadOnlySpan<byte> value)
    {
        if (IsGroupOption(option))
        {
            return SetGroupOption(option, value);
        }

        bool hasValue = TryNumber(value, out int number);
        if (BitOf(option) is not IpOptionBits.None and IpOptionBits bit)
        {
            bool needsValue = option is IpOption.FreeBind or IpOption.Transparent or IpOption.MulticastAll;
            if (option == IpOption.Transparent && number != 0 && !Home.Caller.IsPrivileged)
            {
                return Errno.EPERM;
            }

            return (needsValue && !hasValue) || (option == IpOption.MulticastAll && number is not (0 or 1)) ? Errno.EINVAL : SetBit(bit, number != 0);
        }

        switch (option)
        {
            case IpOption.TypeOfService:
                return SetTypeOfService(number);
            case IpOption.TimeToLive when hasValue && number is -1 or (>= 1 and <= 255):
                TimeToLive = number < 0 ? (byte)0 : (byte)number;
                OnHeaderFieldsSet();
                return Errno.None;
            case IpOption.MtuDiscovery when number is >= 0 and <= 5:
                _pathMtuDiscovery = number;
                OnHeaderFieldsSet();
                return Errno.None;
            case IpOption.UnicastInterface:
                return SetUnicastInterface(value);
            case IpOption.TimeToLive:
            case IpOption.MtuDiscovery:
            case IpOption.RouterAlert: // of raw sockets alone
                return Errno.EINVAL;
            default:
                return Errno.ENOPROTOOPT;
        }
    }

    private Errno SetBit(IpOptionBits bit, bool isOn)
    {
        _ipOptions = isOn ? _ipOptions | bit : _ipOptions & ~bit;
        OnHeaderFieldsSet();
        return Errno.None;
    }

    private Result<int> GetIpOption(IpOption option, Span<byte> value)
    {
        if (IsGroupOption(option))
        {
            return GetGroupOption(option, value);
        }

        if (BitOf(option) is not IpOptionBits.None and IpOptionBits bit)
        {
            return Number(value, Has(bit) ? 1 : 0);
        }

        return option switch
        {
            IpOption.TypeOfService => Number(value, TypeOfService),
            IpOption.TimeToLive => Number(value, TimeToLive == 0 ? Stack.Options.TimeToLive : TimeToLive),
            IpOption.MtuDiscovery => Number(value, _pathMtuDiscovery),
            IpOption.Mtu => PathMtu.IsOk ? Number(value, PathMtu.Value) : PathMtu,
            IpOption.Options => 0,
            IpOption.UnicastInterface => Number(value, BinaryPrimitives.ReverseEndianness(_unicastInterface)),
            IpOption.HeaderIncluded or IpOption.RouterAlert or IpOption.NoDefragmentation => Number(value, 0),
            _ => Errno.ENOPROTOOPT,
        };
    }

    private Errno SetIpv6Option(Ipv6Option option, ReadOnlySpan<byte> value)
    {
        if (IsGroupOption(option))
        {
            return SetGroupOption(option, value);
        }

        if (option == Ipv6Option.PacketInformation)
        {
            return SetPacketInformation(value);
        }

        bool isWhole = value.Length >= sizeof(int);
        int number = isWhole ? BinaryPrimitives.ReadInt32LittleEndian(value) : 0;
        if (option is Ipv6Option.DoNotFragment)
        {
            return SetBit(IpOptionBits.DoNotFragment6, number != 0);
        }

        if (!IsKnown(option))
        {
            return Errno.ENOPROTOOPT;
        }

        if (!isWhole)
        {
            return Errno.EINVAL;
        }

        if (BitOf(option) is not IpOptionBits.None and IpOptionBits bit)
        {
            return option == Ipv6Option.Transparent && number != 0 && !Home.Caller.IsPrivileged ? Errno.EPERM : SetBit(bit, number != 0);
        }

        switch (option)
        {
            case Ipv6Option.AddressForm:
                return SetAddressForm(number);
            case Ipv6Option.OnlyV6 when Endpoint.IsBound:
                return Errno.EINVAL;
            case Ipv6Option.OnlyV6:
                Endpoint.IsV6Only = number != 0;
                return Errno.None;
            case Ipv6Option.UnicastHops when number is >= -1 and <= 255:
                TimeToLive = number < 0 ? (byte)0 : (byte)number;
                OnHeaderFieldsSet();
                return Errno.None;
            case Ipv6Option.TrafficClass when number is >= -1 and <= 255:
                return SetTrafficClass(number);
            case Ipv6Option.MtuDiscovery when number is >= 0 and <= 5:
                _pathMtuDiscovery = number;
                OnHeaderFieldsSet();
                return Errno.None;
            case Ipv6Option.AddressPreferences:
                return SetAddressPreferences(number);
            case Ipv6Option.UnicastInterface:
                return value.Length == sizeof(int) ? SetUnicastInterface(value) : Errno.EINVAL;
            default:
                return Errno.EINVAL;
        }
    }

    private Result<int> GetIpv6Option(Ipv6Option option, Span<byte> value)
    {
        if (IsGroupOption(option))
        {
            return GetGroupOption(option, value);
        }

        if (BitOf(option) is not IpOptionBits.None and IpOptionBits bit)
        {
            return Number(value, Has(bit) ? 1 : 0);
        }

        return option switch
        {
            Ipv6Option.OnlyV6 => Number(value, Endpoint.IsV6Only ? 1 : 0),
            Ipv6Option.UnicastHops => Number(value, TimeToLive == 0 ? Stack.Options.TimeToLive : TimeToLive),
            Ipv6Option.TrafficClass => Number(value, TypeOfService),
            Ipv6Option.MtuDiscovery => Number(value, _pathMtuDiscovery),
            Ipv6Option.Mtu => PathMtu.IsOk ? Number(value, PathMtu.Value) : PathMtu,
            Ipv6Option.AddressPreferences => Number(value, AddressPreferences),
            Ipv6Option.UnicastInterface => Number(value, BinaryPrimitives.ReverseEndianness(_unicastInterface)),
            Ipv6Option.AddressForm => Kind == SocketKind.Raw ? Errno.ENOPROTOOPT : HasPeer ? Number(value, (int)Family) : Errno.ENOTCONN,
            Ipv6Option.DoNotFragment => Number(value, Has(IpOptionBits.DoNotFragment6) ? 1 : 0),
            Ipv6Option.PathMtu => GetPathMtu(value),
            _ => Errno.ENOPROTOOPT,
        };
    }

    private static IpOptionBits BitOf(IpOption option) => option switch
    {
        IpOption.PacketInformation => IpOptionBits.PacketInformation,
        IpOption.ReceiveErrors => IpOptionBits.ReceiveErrors,
        IpOption.ReceiveTimeToLive => IpOptionBits.ReceiveTimeToLive,
        IpOption.ReceiveTypeOfService => IpOptionBits.ReceiveTypeOfService,
        IpOption.FreeBind => IpOptionBits.FreeBind,
        IpOption.BindAddressWithoutPort => IpOptionBits.BindAddressWithoutPort,
        IpOption.MulticastAll => IpOptionBits.MulticastAll,
        IpOption.Transparent => IpOptionBits.Transparent,
        IpOption.OriginalDestination => IpOptionBits.OriginalDestination,
        IpOption.PassSecurity => IpOptionBits.PassSecurity,
        _ => IpOptionBits.None,
    };

    private static IpOptionBits BitOf(Ipv6Option option) => option switch
    {
        Ipv6Option.ReceivePacketInformation => IpOptionBits.PacketInformation6,
        Ipv6Option.ReceiveErrors => IpOptionBits.ReceiveErrors6,
        Ipv6Option.ReceiveHopLimit => IpOptionBits.ReceiveHopLimit6,
        Ipv6Option.ReceiveTrafficClass => IpOptionBits.ReceiveTrafficClass6,
        Ipv6Option.FreeBind => IpOptionBits.FreeBind,
        Ipv6Option.Transparent => IpOptionBits.Transparent,
        Ipv6Option.OriginalDestination => IpOptionBits.OriginalDestination6,
        Ipv6Option.MulticastAll => IpOptionBits.MulticastAll6,
        Ipv6Option.PacketInformation2292 => IpOptionBits.PacketInformation2292,
        Ipv6Option.HopLimit2292 => IpOptionBits.HopLimit2292,
        _ => IpOptionBits.None,
    };
}
