namespace Mote.Kernel.Net.Sockets;

/// <summary>Groups of NETLINK_ROUTE in which changes are told (enum rtnetlink_groups); the number of a group is its bit's plus one.</summary>
internal enum NetlinkGroup
{
    None = 0,
    Link = 1,
    Neighbor = 3,
    AddressV4 = 5,
    RouteV4 = 7,
    AddressV6 = 9,
    RouteV6 = 11,
}
