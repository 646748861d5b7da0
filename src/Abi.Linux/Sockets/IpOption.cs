namespace Mote.Abi.Linux;

/// <summary>Options at the level IPPROTO_IP: IP_ in linux/in.h.</summary>
public enum IpOption
{
    TypeOfService = 1,
    TimeToLive = 2,
    Options = 4,
    PacketInformation = 8,
    MtuDiscovery = 10,
    ReceiveErrors = 11,
    ReceiveTimeToLive = 12,
    ReceiveTypeOfService = 13,
    Mtu = 14,
    FreeBind = 15,
    Transparent = 19,
    BindAddressWithoutPort = 24,
    MulticastInterface = 32,
    MulticastTimeToLive = 33,
    MulticastLoop = 34,
    AddMembership = 35,
    DropMembership = 36,
    MulticastAll = 49,
    LocalPortRange = 51,
}
