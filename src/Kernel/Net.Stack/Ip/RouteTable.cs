using System.Collections.Generic;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>The routes, longest prefix first.</summary>
public sealed class RouteTable
{
    private readonly List<Route> _routes = [];

    public IReadOnlyList<Route> Routes => _routes;

    /// <summary>Hears of changes; null for nobody.</summary>
    public NetworkChanges? Changes { get; set; }

    /// <summary>Adds a route, in place of one to the same range by the same interface and gateway.</summary>
    public void Add(Route route)
    {
        _ = _routes.RemoveAll(other => other.Destination == route.Destination && other.PrefixLength == route.PrefixLength && other.Interface == route.Interface && other.Gateway == route.Gateway);
        int at = 0;
        while (at < _routes.Count && (_routes[at].PrefixLength > route.PrefixLength || (_routes[at].PrefixLength == route.PrefixLength && _routes[at].Metric <= route.Metric)))
        {
            at++;
        }

        _routes.Insert(at, route);
        Changes?.OnRoute(route, isGone: false);
    }

    public bool Remove(System.Predicate<Route> isGone)
    {
        int before = _routes.Count;
        for (int i = before - 1; i >= 0; i--)
        {
            Route route = _routes[i];
            if (isGone(route))
            {
                _routes.RemoveAt(i);
                Changes?.OnRoute(route, isGone: true);
            }
        }

        return _routes.Count < before;
    }

    /// <summary>The route to a destination, or null; by a certain interface when one is given.</summary>
    [AllocationFree]
    public Route? Find(IpAddress destination, NetInterface? by)
    {
        for (int i = 0; i < _routes.Count; i++)
        {
            Route route = _routes[i];
            if ((by == null || route.Interface == by) && route.Interface.IsUp && destination.IsInPrefix(route.Destination, route.PrefixLength))
            {
                return route;
            }
        }

        return null;
    }
}
