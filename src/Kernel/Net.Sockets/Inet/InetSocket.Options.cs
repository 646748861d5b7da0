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

    private IpOptionBits _ipOptions = IpOptionBits.MulticastAll;
    private int _pathMtuDiscovery = WantsDiscovery;

    /// <summary>IP_TOS or IPV6_TCLASS.</summary>
    protected byte TypeOfService { get; private set; }

    /// <summary>IP_TTL or IPV6_UNICAST_HOPS; zero is the default.</summary>
    protected byte TimeToLive { get; private set; }

    public override Errno SetOption(int level, int option, ReadOnlySpan<byte> value) => (SocketLevel)level switch
    {
        SocketLevel.Ip => SetIpOption((IpOption)option, value),
        SocketLevel.Ipv6 when Family == AddressFamily.Inet6 => SetIpv6Option((Ipv6Option)option, value),
        SocketLevel.Socket => base.SetOption(level, option, value),
        _ => Errno.ENOPROTOOPT,
    };

    public override Result<int> GetOption(int level, int option, Span<byte> value) => (SocketLevel)level switch
    {
        SocketLevel.Ip => GetIpOption((IpOption)option, value),
        SocketLevel.Ipv6 when Family == AddressFamily.Inet6 => GetIpv6Option((Ipv6Option)option, value),
        SocketLevel.Socket => base.GetOption(level, option, value),
        _ => Family == AddressFamily.Inet ? Errno.EOPNOTSUPP : Errno.ENOPROTOOPT, // as Linux has it
    };

    protected void InheritIpOptions(InetSocket from)
    {
        _ipOptions = from._ipOptions;
        _pathMtuDiscovery = from._pathMtuDiscovery;
        TypeOfService = from.TypeOfService;
        TimeToLive = from.TimeToLive;
    }

    protected bool Has(IpOptionBits bit) => (_ipOptions & bit) != 0;

    /// <summary>Whether what is too long for the path is refused (EMSGSIZE) rather than cut.</summary>
    protected bool RefusesFragments => _pathMtuDiscovery is NeverFragments or Probes;

    /// <summary>Whether the program wants to know how long packets may be.</summary>
    protected bool DiscoversPathMtu => _pathMtuDiscovery != 0; // IP_PMTUDISC_DONT

    /// <summary>The type of service, the time to live, what is done with long packets or a bit of IpOptionBits has changed.</summary>
    protected abstract void OnHeaderFieldsSet();

    protected virtual Errno SetGroupOption(IpOption option, ReadOnlySpan<byte> value) => Errno.ENOPROTOOPT;

    protected virtual Errno SetGroupOption(Ipv6Option option, ReadOnlySpan<byte> value) => Errno.ENOPROTOOPT;

    protected virtual Result<int> GetGroupOption(IpOption option, Span<byte> value) => Errno.ENOPROTOOPT;

    protected virtual Result<int> GetGroupOption(Ipv6Option option, Span<byte> value) => Errno.ENOPROTOOPT;

    /// <summary>The MTU of the path to the peer; ENOTCONN.</summary>
    protected virtual Result<int> PathMtu => Errno.ENOTCONN;

    /// <summary>A number of four bytes, or of one where the program passed one (ip(7) allows both).</summary>
    protected static bool TryNumber(ReadOnlySpan<byte> value, out int number)
    {
        number = value.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(value) : value.Length >= 1 ? value[0] : 0;
        return value.Length >= 1;
    }

    private Errno SetIpOption(IpOption option, ReadOnlySpan<byte> value)
    {
        if (option is IpOption.MulticastInterface or IpOption.MulticastTimeToLive or IpOption.MulticastLoop or IpOption.AddMembership or IpOption.DropMembership)
        {
            return SetGroupOption(option, value);
        }

        if (!TryNumber(value, out int number))
        {
            return Errno.EINVAL;
        }

        if (BitOf(option) is not IpOptionBits.None and IpOptionBits bit)
        {
            _ipOptions = number != 0 ? _ipOptions | bit : _ipOptions & ~bit;
            OnHeaderFieldsSet();
            return Errno.None;
        }

        switch (option)
        {
            case IpOption.TypeOfService:
                TypeOfService = (byte)(number & 0xff);
                OnHeaderFieldsSet();
                return Errno.None;
            case IpOption.TimeToLive when number is -1 or (>= 1 and <= 255):
                TimeToLive = number < 0 ? (byte)0 : (byte)number;
                OnHeaderFieldsSet();
                return Errno.None;
            case IpOption.TimeToLive:
                return Errno.EINVAL;
            case IpOption.MtuDiscovery when number is >= 0 and <= 5:
                _pathMtuDiscovery = number;
                OnHeaderFieldsSet();
                return Errno.None;
            case IpOption.MtuDiscovery:
                return Errno.EINVAL;
            default:
                return Errno.ENOPROTOOPT;
        }
    }

    private Result<int> GetIpOption(IpOption option, Span<byte> value)
    {
        if (option is IpOption.MulticastInterface or IpOption.MulticastTimeToLive or IpOption.MulticastLoop)
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
            _ => Errno.ENOPROTOOPT,
        };
    }

    private Errno SetIpv6Option(Ipv6Option option, ReadOnlySpan<byte> value)
    {
        if (option is Ipv6Option.MulticastInterface or Ipv6Option.MulticastHops or Ipv6Option.MulticastLoop or Ipv6Option.AddMembership or Ipv6Option.DropMembership)
        {
            return SetGroupOption(option, value);
        }

        if (value.Length < sizeof(int))
        {
            return Errno.EINVAL;
        }

        int number = BinaryPrimitives.ReadInt32LittleEndian(value);
        if (BitOf(option) is not IpOptionBits.None and IpOptionBits bit)
        {
            _ipOptions = number != 0 ? _ipOptions | bit : _ipOptions & ~bit;
            OnHeaderFieldsSet();
            return Errno.None;
        }

        switch (option)
        {
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
                TypeOfService = number < 0 ? (byte)0 : (byte)number;
                OnHeaderFieldsSet();
                return Errno.None;
            case Ipv6Option.UnicastHops:
            case Ipv6Option.TrafficClass:
                return Errno.EINVAL;
            case Ipv6Option.MtuDiscovery when number is >= 0 and <= 5:
                _pathMtuDiscovery = number;
                OnHeaderFieldsSet();
                return Errno.None;
            case Ipv6Option.AddressPreferences:
            case Ipv6Option.AutoFlowLabel:
                return Errno.None;
            default:
                return Errno.ENOPROTOOPT;
        }
    }

    private Result<int> GetIpv6Option(Ipv6Option option, Span<byte> value)
    {
        if (option is Ipv6Option.MulticastInterface or Ipv6Option.MulticastHops or Ipv6Option.MulticastLoop)
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
            Ipv6Option.AddressPreferences or Ipv6Option.AutoFlowLabel => Number(value, 0),
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
        _ => IpOptionBits.None,
    };

    private static IpOptionBits BitOf(Ipv6Option option) => option switch
    {
        Ipv6Option.ReceivePacketInformation => IpOptionBits.PacketInformation6,
        Ipv6Option.ReceiveErrors => IpOptionBits.ReceiveErrors6,
        Ipv6Option.ReceiveHopLimit => IpOptionBits.ReceiveHopLimit6,
        Ipv6Option.ReceiveTrafficClass => IpOptionBits.ReceiveTrafficClass6,
        Ipv6Option.FreeBind => IpOptionBits.FreeBind,
        _ => IpOptionBits.None,
    };
}
