namespace Mote.Abi.Linux;

/// <summary>Address families of socket(2): AF_ in linux/socket.h.</summary>
public enum AddressFamily
{
    Unspecified = 0,
    Unix = 1,
    Inet = 2,
    Bridge = 7,
    Inet6 = 10,
    Netlink = 16,
    Packet = 17,
}
