using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Sockets;

/// <summary>The groups that an interface is in: those that programs have joined, and those that every interface is in, which the stack keeps no record of.</summary>
public static class InterfaceGroups
{
    /// <summary>ff01::1, all nodes of this machine's interface.</summary>
    private static IpAddress InterfaceLocal => new(0xff01_0000_0000_0000, 1);

    /// <summary>Each with its count of users, the newest first, as /proc/net/igmp and igmp6 have them.</summary>
    public static List<(IpAddress Group, int Users)> Of(NetInterface each, bool isV4)
    {
        List<(IpAddress Group, int Users)> found = [];
        for (int i = each.Groups.Length - 1; i >= 0; i--)
        {
            if (each.Groups[i].IsV4 == isV4)
            {
                found.Add((each.Groups[i], each.GroupUsers[i]));
            }
        }

        if (isV4)
        {
            Add(found, IpAddress.AllHostsV4);
            return found;
        }

        for (int i = each.Addresses.Length - 1; i >= 0; i--)
        {
            if (!each.Addresses[i].Address.IsV4 && !each.IsLoopback)
            {
                Add(found, each.Addresses[i].Address.SolicitedNode);
            }
        }

        Add(found, IpAddress.AllNodes);
        Add(found, InterfaceLocal);
        return found;
    }

    private static void Add(List<(IpAddress Group, int Users)> to, IpAddress group)
    {
        for (int i = 0; i < to.Count; i++)
        {
            if (to[i].Group == group)
            {
                to[i] = (group, to[i].Users + 1);
                return;
            }
        }

        to.Add((group, 1));
    }
}
