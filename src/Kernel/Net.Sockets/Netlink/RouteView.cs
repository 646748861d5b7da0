using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// A route as programs see it. The stack has those of the table "main"; those of the table "local" follow from the addresses: which addresses are the machine's own, which are broadcasts.
/// </summary>
/// <param name="Type">RTN_UNICAST 1, RTN_LOCAL 2, RTN_BROADCAST 3, RTN_MULTICAST 5.</param>
public readonly record struct RouteView(
    IpAddress Destination, int PrefixLength, IpAddress Gateway, NetInterface Interface, IpAddress Source, uint Metric, byte Table, RouteOrigin Origin, byte Scope, byte Type, Instant ValidUntil)
{
    public const byte MainTable = 254;
    public const byte LocalTable = 255;
    public const byte Unicast = 1;
    public const byte Local = 2;
    public const byte Broadcast = 3;
    public const byte Multicast = 5;

    /// <summary>RT_SCOPE_LINK and RT_SCOPE_HOST.</summary>
    public const byte LinkScope = 253;
    public const byte HostScope = 254;

    private const uint KernelMetric = 256;
    private const uint UserMetric = 1024;

    public bool HasGateway => !Gateway.IsUnspecified;

    /// <summary>The routes of a family: the table "main", then "local", each in the order in which Linux walks its tree.</summary>
    public static List<RouteView> All(NetStack stack, bool isV4)
    {
        List<RouteView> main = [];
        List<RouteView> local = [];
        foreach (Route route in stack.Routes.Routes)
        {
            if (route.Destination.IsV4 == isV4)
            {
                Insert(main, Of(route));
            }
        }

        foreach (NetInterface each in stack.Interfaces)
        {
            foreach (InterfaceAddress own in each.Addresses)
            {
                if (own.Address.IsV4 == isV4 && each.IsUp)
                {
                    AddOwn(local, each, own);
                }
            }

            if (!isV4 && !each.IsLoopback && each.IsUp)
            {
                IpAddress groups = new(0xff00_0000_0000_0000, 0);
                Insert(local, new RouteView(groups, 8, IpAddress.AnyV6, each, default, KernelMetric, LocalTable, RouteOrigin.Kernel, 0, Multicast, Instant.Never));
            }
        }

        main.AddRange(local);
        return main;
    }

    public static RouteView Of(Route route)
    {
        bool isV4 = route.Destination.IsV4;
        bool hasGateway = !route.Gateway.IsUnspecified;
        uint metric = route.Metric > 0 ? (uint)route.Metric : isV4 ? 0 : route.Origin == RouteOrigin.Kernel ? KernelMetric : UserMetric;
        byte scope = hasGateway || !isV4 ? AddressAnswers.ScopeUniverse : AddressAnswers.ScopeLink;
        return new RouteView(
            route.Destination, route.PrefixLength, route.Gateway, route.Interface, route.Source, metric, MainTable, route.Origin, scope, Unicast, route.ValidUntil);
    }

    /// <summary>The routes of the table "local" that an address brings along.</summary>
    public static List<RouteView> OfAddress(NetInterface of, in InterfaceAddress own)
    {
        List<RouteView> found = [];
        AddOwn(found, of, own);
        return found;
    }

    private static void AddOwn(List<RouteView> to, NetInterface of, in InterfaceAddress own)
    {
        IpAddress address = own.Address;
        if (!address.IsV4)
        {
            Insert(to, new RouteView(address, 128, IpAddress.AnyV6, of, default, 0, LocalTable, RouteOrigin.Kernel, 0, Local, Instant.Never));
            return;
        }

        RouteView self = new(
            address, 32, IpAddress.AnyV4, of, of.PrimaryOf(own).Address, 0, LocalTable, RouteOrigin.Kernel, AddressAnswers.ScopeHost, Local, Instant.Never);
        Insert(to, self);
        if (own.OwnBroadcast.IsV4 && own.OwnBroadcast != own.SubnetBroadcast && !own.OwnBroadcast.IsLimitedBroadcast)
        {
            Insert(to, self with { Destination = own.OwnBroadcast, Scope = AddressAnswers.ScopeLink, Type = Broadcast });
        }

        if (self.Source != address)
        {
            return; // the others are the first one's of the subnet
        }

        if (of.IsLoopback && own.PrefixLength < 32)
        {
            Insert(to, self with { Destination = own.Prefix, PrefixLength = own.PrefixLength });
        }

        if (own.PrefixLength < 31)
        {
            Insert(to, self with { Destination = own.SubnetBroadcast, Scope = AddressAnswers.ScopeLink, Type = Broadcast });
        }
    }

    private static void Insert(List<RouteView> into, RouteView route)
    {
        int at = into.Count;
        while (at > 0 && IsBefore(route, into[at - 1]))
        {
            at--;
        }

        into.Insert(at, route);
    }

    /// <summary>IPv4's trie goes by the address and then from longer to shorter; IPv6's tree tells what lies below a prefix first.</summary>
    private static bool IsBefore(in RouteView one, in RouteView other)
    {
        bool isSame = one.Destination.IsV4 ? one.Destination == other.Destination
            : one.Destination.IsInPrefix(other.Destination, System.Math.Min(one.PrefixLength, other.PrefixLength));
        if (isSame)
        {
            return one.PrefixLength != other.PrefixLength ? one.PrefixLength > other.PrefixLength : one.Metric < other.Metric;
        }

        return one.Destination.High != other.Destination.High ? one.Destination.High < other.Destination.High : one.Destination.Low < other.Destination.Low;
    }
}
