using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>All netlink sockets, and the notices of changes that the stack's observer sends to those in the groups for them.</summary>
public sealed class NetlinkSockets : NetworkChanges
{
    private readonly List<NetlinkSocket> _all = [];

    internal IReadOnlyList<NetlinkSocket> All => _all;

    [MayAllocate("a notice of a change, of which there is one in minutes; none is made when there is no memory")]
    public override void OnLink(NetInterface changed)
    {
        if (IsHeard(NetlinkGroup.Link))
        {
            NetlinkWriter writer = new(0, 0);
            new LinkAnswers(changed.Stack, writer).Link(changed, 0, hasStatistics: true);
            Tell(NetlinkGroup.Link, writer);
        }
    }

    [MayAllocate("a notice of a change, of which there is one in minutes; none is made when there is no memory")]
    public override void OnAddress(NetInterface of, in InterfaceAddress address, bool isGone)
    {
        // Of IPv4 the address comes before its routes, of IPv6 after; both go first.
        bool isV4 = address.Address.IsV4;
        if (!isV4 && !isGone)
        {
            TellOwnRoutes(of, address, isGone);
        }

        NetlinkGroup group = isV4 ? NetlinkGroup.AddressV4 : NetlinkGroup.AddressV6;
        if (IsHeard(group))
        {
            NetlinkWriter writer = new(0, 0);
            new AddressAnswers(of.Stack, writer).Address(of, address, isGone ? NetlinkMessage.DeleteAddress : NetlinkMessage.NewAddress, 0);
            Tell(group, writer);
        }

        if (isV4 || isGone)
        {
            TellOwnRoutes(of, address, isGone);
        }
    }

    [MayAllocate("a notice of a change, of which there is one in minutes; none is made when there is no memory")]
    public override void OnRoute(Route route, bool isGone)
    {
        NetlinkGroup group = route.Destination.IsV4 ? NetlinkGroup.RouteV4 : NetlinkGroup.RouteV6;
        if (IsHeard(group))
        {
            NetlinkWriter writer = new(0, 0);
            PathAnswers.Route(RouteView.Of(route), isGone ? NetlinkMessage.DeleteRoute : NetlinkMessage.NewRoute, 0, writer);
            Tell(group, writer);
        }
    }

    internal void Add(NetlinkSocket socket) => _all.Add(socket);

    internal void Remove(NetlinkSocket socket) => _ = _all.Remove(socket);

    /// <summary>Whether a socket of the protocol has the port already.</summary>
    internal bool IsTaken(NetlinkProtocol protocol, uint port)
    {
        foreach (NetlinkSocket socket in _all)
        {
            if (socket.Protocol == (int)protocol && socket.Port == port)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The routes of the table "local" that an address brings along.</summary>
    private void TellOwnRoutes(NetInterface of, in InterfaceAddress address, bool isGone)
    {
        NetlinkGroup group = address.Address.IsV4 ? NetlinkGroup.RouteV4 : NetlinkGroup.RouteV6;
        if (!IsHeard(group) || !of.IsUp)
        {
            return;
        }

        foreach (RouteView route in RouteView.OfAddress(of, address))
        {
            NetlinkWriter writer = new(0, 0);
            PathAnswers.Route(route, isGone ? NetlinkMessage.DeleteRoute : NetlinkMessage.NewRoute, 0, writer);
            Tell(group, writer);
        }
    }

    private bool IsHeard(NetlinkGroup group)
    {
        const int NoticeBytes = 16 * 1024;
        foreach (NetlinkSocket socket in _all)
        {
            if (socket.IsIn(group) && socket.Protocol == (int)NetlinkProtocol.Route)
            {
                return KernelHeap.CanAllocate(NoticeBytes);
            }
        }

        return false;
    }

    private void Tell(NetlinkGroup group, NetlinkWriter writer)
    {
        foreach (byte[] datagram in writer.Finish())
        {
            foreach (NetlinkSocket socket in _all)
            {
                if (socket.IsIn(group) && socket.Protocol == (int)NetlinkProtocol.Route)
                {
                    socket.Notify(datagram);
                }
            }
        }
    }
}
