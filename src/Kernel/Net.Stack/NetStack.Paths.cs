using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// Which way packets go.
public sealed partial class NetStack
{
    /// <summary>The largest IP packet that a length field can say.</summary>
    private const int LargestPacket = 65535;

    private uint _pathGeneration = 1;

    /// <summary>Something changed that paths depend on: they are found anew.</summary>
    [AllocationFree]
    internal void PathsChanged() => _pathGeneration = unchecked(_pathGeneration + 1);

    /// <summary>Whether it is an address of this machine.</summary>
    [AllocationFree]
    public bool IsLocal(IpAddress address)
    {
        if (address.IsLoopback)
        {
            return true;
        }

        for (int i = 0; i < _interfaces.Count; i++)
        {
            if (_interfaces[i].HasAddress(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The interface of an index that a program gave, or null.</summary>
    [AllocationFree]
    public NetInterface? InterfaceOf(int index) => index > 0 && index <= _interfaces.Count ? _interfaces[index - 1] : null;

    [AllocationFree]
    internal bool IsCurrent(in NetPath path) => path.Generation == _pathGeneration;

    /// <summary>
    /// Finds the way to a destination. <paramref name="source"/> is the address to send from, or unspecified to have one chosen; <paramref name="by"/> the interface to leave by, or null.
    /// </summary>
    [AllocationFree]
    internal NetError FindPath(IpAddress destination, IpAddress source, NetInterface? by, out NetPath path)
    {
        path = new NetPath { Destination = destination, NextHop = destination, Source = source, Generation = _pathGeneration };
        if (IsLocal(destination))
        {
            // To oneself: by loopback, from the same address.
            path.Interface = Loopback;
            path.Mtu = LargestPacket;
            if (source.IsUnspecified)
            {
                path.Source = destination.IsLoopback && destination.IsV4 ? IpAddress.LoopbackV4 : destination;
            }

            return NetError.None;
        }

        bool isToLink = destination.IsMulticast || destination.IsLimitedBroadcast || (!destination.IsV4 && destination.IsLinkLocal && by != null);
        Route? route = isToLink && by != null ? null : Routes.Find(destination, by);
        NetInterface? chosen = route?.Interface ?? (isToLink ? by ?? FirstOnWire() : null);
        if (chosen == null || !chosen.IsUp)
        {
            Counters.NoRoute++;
            return NetError.NetworkUnreachable;
        }

        path.Interface = chosen;
        if (route != null && !route.Gateway.IsUnspecified && !isToLink)
        {
            path.NextHop = route.Gateway;
        }

        if (source.IsUnspecified)
        {
            if (route != null && !route.Source.IsUnspecified)
            {
                path.Source = route.Source;
            }
            else if (!chosen.TryChooseSource(isToLink || path.NextHop == destination || destination.IsV4 ? path.NextHop : destination, out path.Source) && !destination.IsLimitedBroadcast && !destination.IsMulticast)
            {
                return destination.IsV4 ? NetError.NetworkUnreachable : NetError.AddressNotAvailable;
            }
            else if (path.Source.High == 0 && path.Source.Low == 0 && destination.IsV4)
            {
                path.Source = IpAddress.AnyV4;
            }
        }

        path.IsBroadcast = destination.IsV4 && chosen.IsBroadcast(destination);
        path.Mtu = Math.Min(Math.Min(chosen.IsLoopback ? LargestPacket : chosen.Mtu, LargestPacket), PathMtus.Find(destination, Now));
        if (!chosen.IsLoopback && !destination.IsMulticast && !path.IsBroadcast)
        {
            path.Neighbor = chosen.Neighbors.FindOrAdd(path.NextHop);
            path.Generation = _pathGeneration; // making room may have changed it
        }

        return NetError.None;
    }

    /// <summary>How packets to a destination go, for who asks (ip-route(8)); as <see cref="FindPath"/>.</summary>
    public NetError FindWay(IpAddress destination, IpAddress source, NetInterface? by, Instant now, out Way way)
    {
        Enter(now);
        NetError error = FindPath(destination, source, by, out NetPath path);
        bool isLocal = IsLocal(destination);
        IpAddress gateway = path.NextHop == destination ? Unspecified(destination) : path.NextHop;
        way = error != NetError.None ? default
            : new Way(path.Interface!, gateway, path.Source, path.Mtu, isLocal, path.IsBroadcast, isLocal ? null : Routes.Find(destination, path.Interface));
        return error;
    }

    /// <summary>Whether an endpoint may be bound to an address.</summary>
    internal NetError CheckBindable(Endpoint endpoint, IpAddress address)
    {
        if (!(endpoint.Family == AddressFamily.V4 ? address.IsV4 : !address.IsV4 || !endpoint.IsV6Only))
        {
            return endpoint.Family == AddressFamily.V4 ? NetError.FamilyMismatch : NetError.InvalidArgument;
        }

        bool isOurs = endpoint.BindsAnywhere || address.IsUnspecified || address.IsMulticast || address.IsLimitedBroadcast || IsLocal(address);
        for (int i = 0; i < _interfaces.Count && !isOurs; i++)
        {
            isOurs = address.IsV4 && _interfaces[i].IsBroadcast(address);
        }

        return isOurs ? NetError.None : NetError.AddressNotAvailable;
    }

    /// <summary>The first interface that is up and is not loopback.</summary>
    [AllocationFree]
    private NetInterface? FirstOnWire()
    {
        for (int i = 0; i < _interfaces.Count; i++)
        {
            if (_interfaces[i].IsUp && !_interfaces[i].IsLoopback)
            {
                return _interfaces[i];
            }
        }

        return null;
    }

    internal PathMtuTable PathMtus { get; } = new();

    /// <summary>Forgets what routers said of paths, and has them found anew (net.ipv4.route.flush).</summary>
    public void FlushPaths()
    {
        PathMtus.Clear();
        PathsChanged();
    }
}
