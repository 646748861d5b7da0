using System;
using System.Collections.Generic;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/net: neighbours, groups, routes of IPv6 and the rarer tables, in Linux's columns (proc(5), net/ipv4/arp.c, igmp.c, net/ipv6/mcast.c, route.c).</summary>
internal static class NetworkTableFiles
{
    public static void AddTo(SocketSystem sockets, FixedDirectory net)
    {
        net.AddText("arp", text => WriteNeighbors(sockets, text));
        net.AddText("igmp", text => WriteGroups(sockets, text));
        net.AddText("igmp6", text => WriteGroupsV6(sockets, text));
        net.AddText("dev_mcast", text => WriteLinkGroups(sockets, text));
        net.AddText("ipv6_route", text => WriteRoutesV6(sockets, text));
        net.AddText("netlink", text => WriteNetlink(sockets, text));
        net.AddText("packet", "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n");
        net.AddText("ptype", "Type Device      Function\n0800          ip_rcv\n0806          arp_rcv\n86dd          ipv6_rcv\n");
        net.AddText("psched", "000003e8 00000040 000f4240 3b9aca00\n");
    }

    private static void WriteNeighbors(SocketSystem sockets, ByteText text)
    {
        const uint Complete = 2;
        const uint Permanent = 4;
        text.Add("IP address       HW type     Flags       HW address            Mask     Device\n"u8);
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        foreach (NetInterface each in stack.Interfaces)
        {
            foreach (NeighborEntry entry in each.Neighbors.Entries)
            {
                if (!entry.IsKnown || !entry.Address.IsV4)
                {
                    continue;
                }

                bool hasMac = entry.State is not (NeighborState.Incomplete or NeighborState.Failed);
                uint flags = (hasMac ? Complete : 0) | (entry.State == NeighborState.Permanent ? Permanent : 0);
                int start = text.Length;
                AddV4(text, entry.Address);
                PadTo(text, start + 17).Add("0x1         0x"u8).AddHex(flags, 1);
                PadTo(text, start + 41);
                AddMac(text, hasMac ? entry.Mac : default, isSeparated: true).Add("     *        "u8).Add(each.Name).Add("\n"u8);
            }
        }
    }

    private static void WriteGroups(SocketSystem sockets, ByteText text)
    {
        text.Add("Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"u8);
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        foreach (NetInterface each in stack.Interfaces)
        {
            List<(IpAddress Group, int Users)> groups = InterfaceGroups.Of(each, isV4: true);
            int start = text.Add(each.Index).Add("\t"u8).Length;
            PadTo(text.Add(each.Name), start + 10).Add(": "u8).AddRight((ulong)groups.Count, 5).Add("      V2\n"u8);
            foreach ((IpAddress group, int users) in groups)
            {
                text.Add("\t\t\t\t"u8);
                NetworkFiles.AddUpper(text, NetworkFiles.Swapped(group.V4), 8).Add(" "u8).AddRight((ulong)users, 5).Add(" 0:00000000\t\t0\n"u8);
            }
        }
    }

    private static void WriteGroupsV6(SocketSystem sockets, ByteText text)
    {
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        foreach (NetInterface each in stack.Interfaces)
        {
            foreach ((IpAddress group, int users) in InterfaceGroups.Of(each, isV4: false))
            {
                int start = text.Length;
                PadTo(text.Add(each.Index), start + 5);
                start = text.Length;
                PadTo(text.Add(each.Name), start + 16);
                ReadOnlySpan<byte> flags = group == IpAddress.AllNodes ? " 0000000C 0\n"u8 : group.High >> 48 == 0xff01 ? " 00000008 0\n"u8 : " 00000004 0\n"u8;
                text.AddHex(group.High, 16).AddHex(group.Low, 16).Add(" "u8).AddRight((ulong)users, 5).Add(flags);
            }
        }
    }

    /// <summary>The groups of the link that those of IP are sent to.</summary>
    private static void WriteLinkGroups(SocketSystem sockets, ByteText text)
    {
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        foreach (NetInterface each in stack.Interfaces)
        {
            if (each.IsLoopback)
            {
                continue;
            }

            List<MacAddress> told = [];
            foreach (bool isV4 in (ReadOnlySpan<bool>)[true, false])
            {
                foreach ((IpAddress group, _) in InterfaceGroups.Of(each, isV4))
                {
                    MacAddress mac = MacAddress.OfMulticast(group);
                    if (group.High >> 48 == 0xff01 || told.Contains(mac))
                    {
                        continue;
                    }

                    told.Add(mac);
                    int start = text.Length;
                    PadTo(text.Add(each.Index), start + 5);
                    start = text.Length;
                    PadTo(text.Add(each.Name), start + 16).Add("1     0     "u8);
                    AddMac(text, mac, isSeparated: false).Add("\n"u8);
                }
            }
        }
    }

    private static void WriteRoutesV6(SocketSystem sockets, ByteText text)
    {
        const uint Up = 0x1;
        const uint Gateway = 0x2;
        const uint Host = 0x4;
        const uint ByRouter = 0x0045_0000; // RTF_ADDRCONF, RTF_EXPIRES and RTF_DEFAULT
        const uint Advertised = 0x004c_0000; // RTF_ADDRCONF, RTF_EXPIRES and RTF_PREFIX_RT
        const uint Local = 0x8020_0000; // RTF_LOCAL and RTF_NONEXTHOP
        const uint Rejects = 0x0020_0200;
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        foreach (RouteView route in RouteView.All(stack, isV4: false))
        {
            uint flags = Up | (route.HasGateway ? Gateway : 0) | (route.PrefixLength == 128 && route.Type == RouteView.Unicast ? Host : 0)
                | (route.Origin == RouteOrigin.RouterAdvertisement ? ByRouter : !route.ValidUntil.IsNever ? Advertised : 0) | (route.Type == RouteView.Local ? Local : 0);
            AddRoute(text, route.Destination, route.PrefixLength, route.HasGateway ? route.Gateway : IpAddress.AnyV6, route.Metric, flags, route.Interface.Name);
        }

        AddRoute(text, IpAddress.AnyV6, 0, IpAddress.AnyV6, uint.MaxValue, Rejects, "lo");
    }

    private static void AddRoute(ByteText text, IpAddress destination, int length, IpAddress gateway, uint metric, uint flags, string name)
    {
        text.AddHex(destination.High, 16).AddHex(destination.Low, 16).Add(" "u8).AddHex((uint)length, 2).Add(" 00000000000000000000000000000000 00 "u8);
        text.AddHex(gateway.High, 16).AddHex(gateway.Low, 16).Add(" "u8).AddHex(metric, 8).Add(" 00000001 00000000 "u8).AddHex(flags, 8).Add(" "u8);
        for (int i = name.Length; i < 8; i++)
        {
            text.Add((byte)' ');
        }

        text.Add(name).Add("\n"u8);
    }

    private static void WriteNetlink(SocketSystem sockets, ByteText text)
    {
        text.Add("sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n"u8);
        foreach ((int protocol, uint port, uint groups, int queued, ulong inode) in sockets.NetlinkSocketStates())
        {
            int start = text.Length;
            PadTo(text.Add("0000000000000000 "u8).Add(protocol), start + 21);
            PadTo(text.Add(port), start + 32).AddHex(groups, 8).Add(" "u8);
            PadTo(text.Add(queued), start + 50).Add("0        0     2        0        "u8);
            PadTo(text.Add(inode), start + 91).Add("\n"u8);
        }
    }

    private static void AddV4(ByteText text, IpAddress address) =>
        text.Add(address.V4 >> 24).Add("."u8).Add((address.V4 >> 16) & 255).Add("."u8).Add((address.V4 >> 8) & 255).Add("."u8).Add(address.V4 & 255);

    internal static ByteText AddMac(ByteText text, MacAddress mac, bool isSeparated)
    {
        for (int shift = 40; shift >= 0; shift -= 8)
        {
            text.AddHex((mac.Value >> shift) & 255, 2);
            if (isSeparated && shift > 0)
            {
                text.Add((byte)':');
            }
        }

        return text;
    }

    private static ByteText PadTo(ByteText text, int length)
    {
        while (text.Length < length)
        {
            text.Add((byte)' ');
        }

        return text;
    }
}
