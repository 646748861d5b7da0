namespace Mote.Abi.Linux;

/// <summary>Levels of setsockopt(2) and of control messages.</summary>
public enum SocketLevel
{
    Ip = 0,

    /// <summary>SOL_SOCKET.</summary>
    Socket = 1,
    Tcp = 6,
    Udp = 17,
    Ipv6 = 41,
    IcmpV6 = 58,
    Raw = 255,
    Netlink = 270,
}
