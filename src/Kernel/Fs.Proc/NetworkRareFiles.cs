using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Net.Stack;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>
/// /proc/net: tables that are empty here, or whose numbers are Linux's own accounts (lnstat(8), rtacct(8), nstat(8)). Those that have no
/// counterpart are zero.
/// </summary>
internal static class NetworkRareFiles
{
    public static void AddTo(SocketSystem sockets, FixedDirectory net)
    {
        net.AddText("anycast6", "");
        net.AddText("ip6_flowlabel", "Label S Owner  Users  Linger Expires  Dst                              Opt\n");
        net.AddText("mcfilter", "Idx Device        MCA        SRC    INC    EXC\n");
        net.AddText("mcfilter6", "Idx Device                Multicast Address                   Source Address    INC    EXC\n");
        net.AddText("rt_cache", static text => WriteCache(text));
        net.AddText("rt_acct", static text => WriteRealms(text));
        net.AddText("rt6_stats", text => WriteRoutes(sockets, text));
        net.AddText("softnet_stat", text => WritePackets(sockets, text));
        net.AddDirectory("stat", stat =>
        {
            stat.AddText("arp_cache", text => WriteNeighbors(sockets, text, isV4: true));
            stat.AddText("ndisc_cache", text => WriteNeighbors(sockets, text, isV4: false));
            stat.AddText("rt_cache", static text => WriteLookUps(text));
        });
    }

    /// <summary>A header alone, as since Linux 3.6.</summary>
    private static void WriteCache(ByteText text)
    {
        const int LineBytes = 127;
        text.Add("Iface\tDestination\tGateway \tFlags\t\tRefCnt\tUse\tMetric\tSource\t\tMTU\tWindow\tIRTT\tTOS\tHHRef\tHHUptod\tSpecDst"u8);
        while (text.Length < LineBytes)
        {
            text.Add((byte)' ');
        }

        text.Add("\n"u8);
    }

    /// <summary>Bytes and packets in and out of 256 realms of routes, in binary (struct ip_rt_acct); routes have no realm.</summary>
    private static void WriteRealms(ByteText text)
    {
        for (int i = 0; i < PageSize.Bytes; i++)
        {
            text.Add((byte)0);
        }
    }

    /// <summary>Nodes, nodes with routes, routes made, routes, then cached, used and discarded ones.</summary>
    private static void WriteRoutes(SocketSystem sockets, ByteText text)
    {
        if (sockets.Network.TryGet(out NetStack stack))
        {
            uint count = (uint)RouteView.All(stack, isV4: false).Count;
            text.AddHex(count, 4).Add(" "u8).AddHex(count, 4).Add(" "u8).AddHex(count, 4).Add(" "u8).AddHex(count, 4).Add(" 0000 0000 0000\n"u8);
        }
    }

    /// <summary>Of the CPU: packets received, dropped, and ten numbers of how Linux shares them out; last the CPU's own.</summary>
    private static void WritePackets(SocketSystem sockets, ByteText text)
    {
        const int OtherNumbers = 11;
        ulong received = 0;
        ulong dropped = 0;
        if (sockets.Network.TryGet(out NetStack stack))
        {
            foreach (NetInterface each in stack.Interfaces)
            {
                received += each.Statistics.ReceivedPackets;
                dropped += each.Statistics.ReceiveDrops;
            }
        }

        text.AddHex((uint)(received & uint.MaxValue), 8).Add(" "u8).AddHex((uint)(dropped & uint.MaxValue), 8);
        for (int i = 0; i < OtherNumbers; i++)
        {
            text.Add(" 00000000"u8);
        }

        text.Add("\n"u8);
    }

    private static void WriteNeighbors(SocketSystem sockets, ByteText text, bool isV4)
    {
        uint count = 0;
        if (sockets.Network.TryGet(out NetStack stack))
        {
            foreach (NetInterface each in stack.Interfaces)
            {
                foreach (NeighborEntry entry in each.Neighbors.Entries)
                {
                    count += entry.IsKnown && entry.Address.IsV4 == isV4 ? 1u : 0;
                }
            }
        }

        text.Add("entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls\n"u8);
        text.AddHex(count, 8);
        text.Add(" 00000000 00000000 00000000   00000000 00000000 00000000   00000000         00000000         00000000         00000000       00000000            00000000\n"u8);
    }

    private static void WriteLookUps(ByteText text)
    {
        text.Add("entries  in_hit   in_slow_tot in_slow_mc in_no_route in_brd   in_martian_dst in_martian_src out_hit  out_slow_tot out_slow_mc "u8);
        text.Add("gc_total gc_ignored gc_goal_miss gc_dst_overflow in_hlist_search out_hlist_search\n"u8);
        text.Add("00000000 00000000 00000000    00000000   00000000    00000000 00000000       00000000       00000000 00000000     00000000    "u8);
        text.Add("00000000 00000000   00000000     00000000        00000000        00000000\n"u8);
    }
}
