namespace Mote.Abi.Linux;

/// <summary>Options at the level IPPROTO_IPV6: IPV6_ in linux/in6.h.</summary>
public enum Ipv6Option
{
    UnicastHops = 16,
    MulticastInterface = 17,
    MulticastHops = 18,
    MulticastLoop = 19,
    AddMembership = 20,
    DropMembership = 21,
    MtuDiscovery = 23,
    Mtu = 24,
    ReceiveErrors = 25,
    OnlyV6 = 26,
    ReceivePacketInformation = 49,
    PacketInformation = 50,
    ReceiveHopLimit = 51,
    HopLimit = 52,
    ReceiveTrafficClass = 66,
    TrafficClass = 67,
    AutoFlowLabel = 70,
    AddressPreferences = 72,
    FreeBind = 78,
}
