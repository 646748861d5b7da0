using System;
using System.Buffers.Binary;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// What a privileged program may change by rtnetlink(7): addresses, routes of the table "main" by one interface, neighbours by hand, whether an interface is up and its MTU. Anything else is EOPNOTSUPP,
/// also a part of such a request that would have no effect.
/// </summary>
internal sealed class RouteChanges(SocketSystem home, NetStack stack, NetlinkWriter writer)
{
    /// <summary>Routes that there may be: each packet's way is looked for among all.</summary>
    private const int MaximumRoutes = 1024;

    private const uint Forever = uint.MaxValue;

    public Errno Change(in NetlinkRequest request)
    {
        Errno error = request.Type switch
        {
            NetlinkMessage.NewLink or NetlinkMessage.SetLink => ChangeLink(request),
            NetlinkMessage.NewAddress => AddAddress(request),
            NetlinkMessage.DeleteAddress => RemoveAddress(request),
            NetlinkMessage.NewRoute or NetlinkMessage.DeleteRoute => ChangeRoute(request),
            NetlinkMessage.NewNeighbor or NetlinkMessage.DeleteNeighbor => ChangeNeighbor(request),
            _ => Errno.EOPNOTSUPP,
        };
        home.Network.Update();
        return error;
    }

    private Errno ChangeLink(in NetlinkRequest request)
    {
        const ushort Mtu = 4;
        const ushort TypeOfLink = 18;
        if (!request.HasFixed(LinkAnswers.FixedBytes))
        {
            return Errno.EINVAL;
        }

        NetInterface? on = request.Int(4) > 0 ? stack.InterfaceOf(request.Int(4))
            : request.TryGet(LinkAnswers.FixedBytes, LinkAnswers.NameAttribute, out ReadOnlySpan<byte> name) ? InterfaceRequests.Find(stack, NetlinkRequest.Text(name)) : null;
        if (on == null)
        {
            return (request.Flags & NetlinkMessage.Create) != 0 && request.Type == NetlinkMessage.NewLink ? Errno.EOPNOTSUPP : Errno.ENODEV;
        }

        if (request.Type == NetlinkMessage.NewLink && (request.Flags & NetlinkMessage.Exclusive) != 0)
        {
            return request.TryGet(LinkAnswers.FixedBytes, TypeOfLink, out _) ? Errno.EEXIST : Errno.EOPNOTSUPP;
        }

        if (HasOther(request.Body[LinkAnswers.FixedBytes..], [LinkAnswers.NameAttribute, Mtu]))
        {
            return Errno.EOPNOTSUPP;
        }

        if (request.TryGetNumber(LinkAnswers.FixedBytes, Mtu, out uint mtu))
        {
            Errno error = InterfaceRequests.SetMtu(on, unchecked((int)mtu));
            if (error != Errno.None)
            {
                return error;
            }
        }

        uint wanted = BinaryPrimitives.ReadUInt32LittleEndian(request.Body[8..]);
        uint mask = BinaryPrimitives.ReadUInt32LittleEndian(request.Body[12..]);
        uint now = InterfaceRequests.FlagsOf(on);
        return wanted == 0 && mask == 0 ? Errno.None : InterfaceRequests.SetFlags(on, mask == 0 ? wanted : (now & ~mask) | (wanted & mask));
    }

    private Errno AddAddress(in NetlinkRequest request)
    {
        const ushort Broadcast = 4;
        const ushort Label = 3;
        const ushort Lifetimes = 6;
        const ushort Flags = 8;
        const uint WithoutCheck = 0x82; // IFA_F_PERMANENT and IFA_F_NODAD: how it is anyway
        if (!TryReadAddress(request, out NetInterface? on, out InterfaceAddress address, out Errno error))
        {
            return error;
        }

        bool isV4 = address.Address.IsV4;
        bool hasLabel = request.TryGet(AddressAnswers.FixedBytes, Label, out ReadOnlySpan<byte> label);
        if (HasOther(request.Body[AddressAnswers.FixedBytes..], [AddressAnswers.AddressAttribute, AddressAnswers.LocalAttribute, Label, Broadcast, Lifetimes, Flags])
            || (request.TryGetNumber(AddressAnswers.FixedBytes, Flags, out uint flags) && (flags & ~WithoutCheck) != 0))
        {
            return Errno.EOPNOTSUPP;
        }

        if (request.TryGet(AddressAnswers.FixedBytes, Lifetimes, out ReadOnlySpan<byte> ends) && (ends.Length < 8 || BinaryPrimitives.ReadUInt32LittleEndian(ends[4..]) != Forever))
        {
            return ends.Length < 8 ? Errno.EINVAL : Errno.EOPNOTSUPP;
        }

        if (request.TryGet(AddressAnswers.FixedBytes, Broadcast, out ReadOnlySpan<byte> broadcast))
        {
            if (!isV4 || broadcast.Length != IpAddress.V4Bytes)
            {
                return Errno.EINVAL;
            }

            address = address with { OwnBroadcast = IpAddress.ReadV4(broadcast) };
        }
        else
        {
            address = address with { HidesBroadcast = true };
        }

        if (isV4 && hasLabel && !NetlinkRequest.Text(label).SequenceEqual(Encoding.ASCII.GetBytes(on!.Name)))
        {
            if (NetlinkRequest.Text(label).Length >= InterfaceRequests.NameBytes)
            {
                return Explained(Errno.ERANGE, "Attribute failed policy validation");
            }

            address = address with { Label = Encoding.ASCII.GetString(NetlinkRequest.Text(label)) };
        }

        if (on!.HasAddress(address.Address))
        {
            return (request.Flags & NetlinkMessage.Replace) != 0 ? Errno.None : Explained(Errno.EEXIST, isV4 ? "ipv4: Address already assigned" : "address already assigned");
        }

        return stack.GiveAddress(on, address, Clock.Now) ? Errno.None : Errno.ENOBUFS;
    }

    private Errno RemoveAddress(in NetlinkRequest request)
    {
        if (!TryReadAddress(request, out NetInterface? on, out InterfaceAddress address, out Errno error))
        {
            return error;
        }

        // Of IPv4 the prefix counts only where the request has both attributes (inet_rtm_deladdr).
        bool isExact = !address.Address.IsV4 || request.TryGet(AddressAnswers.FixedBytes, AddressAnswers.AddressAttribute, out _);
        return (!isExact || on!.HasAddress(address.Address, address.PrefixLength)) && stack.RemoveAddress(on!, address.Address) ? Errno.None
            : Explained(Errno.EADDRNOTAVAIL, address.Address.IsV4 ? "ipv4: Address not found" : "address not found");
    }

    private bool TryReadAddress(in NetlinkRequest request, out NetInterface? on, out InterfaceAddress address, out Errno error)
    {
        on = null;
        address = default;
        error = Errno.EINVAL;
        bool isV4 = request.Family == AddressFamily.Inet;
        if (!request.HasFixed(AddressAnswers.FixedBytes))
        {
            return false;
        }

        if (!isV4 && request.Family != AddressFamily.Inet6)
        {
            error = Errno.EOPNOTSUPP;
            return false;
        }

        bool isThere = request.TryGet(AddressAnswers.FixedBytes, AddressAnswers.LocalAttribute, out ReadOnlySpan<byte> value)
            || request.TryGet(AddressAnswers.FixedBytes, AddressAnswers.AddressAttribute, out value);
        if (!isThere || !PathAnswers.TryRead(value, isV4, out IpAddress read) || request.Body[1] > (isV4 ? 32 : 128) || read.IsUnspecified || read.IsMulticast)
        {
            return false;
        }

        on = stack.InterfaceOf(request.Int(4));
        error = on == null ? Errno.ENODEV : Errno.None;
        address = new InterfaceAddress(read, request.Body[1]);

        // Another end of a point-to-point link there is not.
        if (request.TryGet(AddressAnswers.FixedBytes, AddressAnswers.AddressAttribute, out ReadOnlySpan<byte> peer) && !peer.SequenceEqual(value))
        {
            error = Errno.EOPNOTSUPP;
        }

        return error == Errno.None;
    }

    private Errno ChangeRoute(in NetlinkRequest request)
    {
        if (!request.HasFixed(PathAnswers.FixedBytes))
        {
            return Errno.EINVAL;
        }

        bool isV4 = request.Family == AddressFamily.Inet;
        IpAddress any = isV4 ? IpAddress.AnyV4 : IpAddress.AnyV6;
        if ((!isV4 && request.Family != AddressFamily.Inet6) || request.Body[1] > (isV4 ? 32 : 128)
            || !PathAnswers.TryAddress(request, PathAnswers.DestinationAttribute, any, out IpAddress destination)
            || !PathAnswers.TryAddress(request, PathAnswers.GatewayAttribute, any, out IpAddress gateway)
            || !PathAnswers.TryAddress(request, PathAnswers.PreferredAttribute, any, out IpAddress source))
        {
            return isV4 || request.Family == AddressFamily.Inet6 ? Errno.EINVAL : Errno.EOPNOTSUPP;
        }

        byte length = request.Body[1];
        uint table = request.TryGetNumber(PathAnswers.FixedBytes, PathAnswers.TableAttribute, out uint wide) ? wide : request.Body[4];
        byte type = request.Body[7];
        bool isOther = table is not (0 or RouteView.MainTable) || type is not (0 or RouteView.Unicast) || request.Body[2] != 0 || request.Body[3] != 0;
        if (isOther || HasOther(request.Body[PathAnswers.FixedBytes..], RouteAttributes))
        {
            return Errno.EOPNOTSUPP;
        }

        if (new InterfaceAddress(destination, length).Prefix != destination)
        {
            return Errno.EINVAL; // bits beyond the prefix
        }

        bool hasMetric = request.TryGetNumber(PathAnswers.FixedBytes, PathAnswers.MetricAttribute, out uint metric);
        if (metric > int.MaxValue)
        {
            return Errno.EOPNOTSUPP;
        }

        _ = request.TryGetNumber(PathAnswers.FixedBytes, PathAnswers.OutputAttribute, out uint output);
        NetInterface? by = output == 0 ? null : stack.InterfaceOf((int)Math.Min(output, int.MaxValue));
        if (output != 0 && by == null)
        {
            return Errno.ENODEV;
        }

        RouteOrigin origin = request.Body[5] == 0 ? RouteOrigin.Boot : (RouteOrigin)request.Body[5];
        Route asked = new(destination, length, gateway, by ?? stack.Loopback, (int)metric) { Source = source.IsUnspecified ? default : source, Origin = origin };
        return request.Type == NetlinkMessage.DeleteRoute ? RemoveRoute(asked, by, hasMetric) : AddRoute(asked, by, request.Flags);
    }

    private static ReadOnlySpan<ushort> RouteAttributes =>
    [
        PathAnswers.DestinationAttribute, PathAnswers.OutputAttribute, PathAnswers.GatewayAttribute, PathAnswers.MetricAttribute, PathAnswers.PreferredAttribute, PathAnswers.TableAttribute,
    ];

    internal Errno AddRoute(Route asked, NetInterface? by, ushort flags)
    {
        if (by == null)
        {
            // The router must be on a link, which says by which interface.
            Route? toRouter = asked.Gateway.IsUnspecified ? null : stack.Routes.Find(asked.Gateway, null);
            if (toRouter == null || !toRouter.Gateway.IsUnspecified)
            {
                return asked.Gateway.IsUnspecified ? Errno.ENODEV
                    : asked.Destination.IsV4 ? Explained(Errno.ENETUNREACH, "Nexthop has invalid gateway") : Errno.EHOSTUNREACH;
            }

            by = toRouter.Interface;
        }

        if (!by.IsUp)
        {
            return Errno.ENETDOWN;
        }

        if (!asked.Source.IsUnspecified && !stack.IsLocal(asked.Source))
        {
            return Errno.EINVAL;
        }

        Route route = asked with { Interface = by };
        bool isThere = false;
        foreach (Route other in stack.Routes.Routes)
        {
            if (other == route && (flags & NetlinkMessage.Replace) != 0)
            {
                return Errno.None; // as it is already
            }

            isThere |= other.Destination == route.Destination && other.PrefixLength == route.PrefixLength && other.Metric == route.Metric;
        }

        if (isThere && (flags & NetlinkMessage.Replace) == 0)
        {
            return Errno.EEXIST;
        }

        if (!isThere && (flags & NetlinkMessage.Create) == 0)
        {
            return Errno.ENOENT;
        }

        if (stack.Routes.Routes.Count >= MaximumRoutes)
        {
            return Errno.ENOBUFS;
        }

        stack.ChangeRoutes(routes =>
        {
            if (isThere)
            {
                _ = routes.Remove(other => other.Destination == route.Destination && other.PrefixLength == route.PrefixLength && other.Metric == route.Metric);
            }

            routes.Add(route);
        });
        return Errno.None;
    }

    internal Errno RemoveRoute(Route asked, NetInterface? by, bool hasMetric)
    {
        foreach (Route route in stack.Routes.Routes)
        {
            bool isIt = route.Destination == asked.Destination && route.PrefixLength == asked.PrefixLength && (by == null || route.Interface == by)
                && (asked.Gateway.IsUnspecified || route.Gateway == asked.Gateway) && (!hasMetric || route.Metric == asked.Metric);
            if (isIt)
            {
                stack.ChangeRoutes(routes => routes.Remove(other => ReferenceEquals(other, route)));
                return Errno.None;
            }
        }

        return Errno.ESRCH;
    }

    private Errno ChangeNeighbor(in NetlinkRequest request)
    {
        const ushort Permanent = 0x80;
        bool isV4 = request.Family == AddressFamily.Inet;
        if (!request.HasFixed(NeighborAnswers.FixedBytes) || !request.TryGet(NeighborAnswers.FixedBytes, NeighborAnswers.AddressAttribute, out ReadOnlySpan<byte> value))
        {
            return Errno.EINVAL;
        }

        if (!isV4 && request.Family != AddressFamily.Inet6)
        {
            return Errno.EOPNOTSUPP;
        }

        if (stack.InterfaceOf(request.Int(4)) is not { } on)
        {
            return Errno.ENODEV;
        }

        if (!PathAnswers.TryRead(value, isV4, out IpAddress address))
        {
            return Errno.EINVAL;
        }

        if (on.IsLoopback)
        {
            return Errno.EINVAL;
        }

        if (request.Type == NetlinkMessage.DeleteNeighbor)
        {
            return on.Neighbors.Remove(address) ? Errno.None : Errno.ENOENT;
        }

        ushort state = BinaryPrimitives.ReadUInt16LittleEndian(request.Body[8..]);
        if (state != Permanent || !request.TryGet(NeighborAnswers.FixedBytes, NeighborAnswers.LinkAddressAttribute, out ReadOnlySpan<byte> link))
        {
            return Errno.EOPNOTSUPP;
        }

        if (link.Length != MacAddress.Bytes)
        {
            return Errno.EINVAL;
        }

        bool isThere = on.Neighbors.Find(address) is { IsKnown: true };
        if (isThere && (request.Flags & NetlinkMessage.Exclusive) != 0)
        {
            return Errno.EEXIST;
        }

        if (!isThere && (request.Flags & NetlinkMessage.Create) == 0)
        {
            return Errno.ENOENT;
        }

        return on.Neighbors.SetPermanent(address, MacAddress.Read(link)) ? Errno.None : Errno.ENOBUFS;
    }

    /// <summary>An error with the words that Linux has for it.</summary>
    private Errno Explained(Errno error, string words)
    {
        writer.Explanation = words;
        return error;
    }

    /// <summary>Whether there is an attribute that is not among those known.</summary>
    private static bool HasOther(ReadOnlySpan<byte> attributes, ReadOnlySpan<ushort> known)
    {
        const int HeaderBytes = 4;
        const ushort TypeMask = 0x3fff;
        while (attributes.Length >= HeaderBytes)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(attributes);
            if (length < HeaderBytes || length > attributes.Length)
            {
                return false;
            }

            if (known.IndexOf((ushort)(BinaryPrimitives.ReadUInt16LittleEndian(attributes[2..]) & TypeMask)) < 0)
            {
                return true;
            }

            attributes = attributes[Math.Min((length + 3) & ~3, attributes.Length)..];
        }

        return false;
    }
}
