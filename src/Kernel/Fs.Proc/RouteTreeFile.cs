using System;
using System.Collections.Generic;
using System.Numerics;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Net.Stack;

namespace Mote.Kernel.Fs.Proc;

/// <summary>
/// /proc/net/fib_trie (net/ipv4/fib_trie.c): the routes of IPv4 as a tree over the bits of their addresses. Linux's nodes have as many bits
/// as pay; here each has one, so a tree may be deeper.
/// The tables "main" and "local" are one tree, as there where nobody has made rules.
/// </summary>
internal static class RouteTreeFile
{
    private const int Bits = 32;

    public static void Write(SocketSystem sockets, ByteText text)
    {
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        List<RouteView> routes = RouteView.All(stack, isV4: true);
        routes.Sort(static (one, other) => one.Destination.V4 != other.Destination.V4
            ? one.Destination.V4.CompareTo(other.Destination.V4)
            : other.PrefixLength.CompareTo(one.PrefixLength));
        WriteTree(text, "Main:\n"u8, routes);
        WriteTree(text, "Local:\n"u8, routes);
    }

    /// <summary>
    /// Nodes are where two neighbouring addresses part; one begins at the first address below it, and ends where addresses part earlier.
    /// </summary>
    private static void WriteTree(ByteText text, ReadOnlySpan<byte> title, List<RouteView> routes)
    {
        text.Add(title);
        List<int> open = []; // the lengths at which the nodes around the address part, outermost first
        for (int i = 0; i < routes.Count; i++)
        {
            bool isFirst = i == 0 || routes[i].Destination.V4 != routes[i - 1].Destination.V4;
            if (isFirst)
            {
                int before = i == 0 ? -1 : Shared(routes[i - 1], routes[i]);
                while (open.Count > 0 && open[^1] > before)
                {
                    open.RemoveAt(open.Count - 1);
                }

                Open(text, routes, i, before, open);
                Indent(text, open.Count).Add("  |-- "u8);
                AddAddress(text, routes[i].Destination.V4).Add("\n"u8);
            }

            Indent(text, open.Count + 1).Add("  /"u8).Add(routes[i].PrefixLength).Add(" "u8).Add(ScopeName(routes[i].Scope)).Add(" "u8).Add(TypeName(routes[i].Type)).Add("\n"u8);
        }
    }

    /// <summary>Writes the nodes that begin at an address, the largest first.</summary>
    private static void Open(ByteText text, List<RouteView> routes, int first, int before, List<int> open)
    {
        int start = open.Count;
        int shortest = Bits;
        for (int i = first + 1; i < routes.Count; i++)
        {
            int shared = Shared(routes[i - 1], routes[i]);
            if (shared <= before)
            {
                break;
            }

            if (shared < shortest)
            {
                shortest = shared;
                open.Insert(start, shared);
            }
        }

        for (int i = start; i < open.Count; i++)
        {
            uint mask = open[i] == 0 ? 0 : uint.MaxValue << (Bits - open[i]);
            Indent(text, i).Add("  +-- "u8);
            AddAddress(text, routes[first].Destination.V4 & mask).Add("/"u8).Add(open[i]).Add(" 1 0 0\n"u8);
        }
    }

    /// <summary>How many leading bits two addresses have in common; 32 for the same.</summary>
    private static int Shared(in RouteView one, in RouteView other) => BitOperations.LeadingZeroCount(one.Destination.V4 ^ other.Destination.V4);

    private static ByteText Indent(ByteText text, int depth)
    {
        for (int i = 0; i < depth; i++)
        {
            text.Add("   "u8);
        }

        return text;
    }

    private static ByteText AddAddress(ByteText text, uint address) =>
        text.Add(address >> 24).Add("."u8).Add(address >> 16 & 255).Add("."u8).Add(address >> 8 & 255).Add("."u8).Add(address & 255);

    private static ReadOnlySpan<byte> ScopeName(byte scope) => scope switch
    {
        RouteView.LinkScope => "link"u8,
        RouteView.HostScope => "host"u8,
        _ => "universe"u8,
    };

    private static ReadOnlySpan<byte> TypeName(byte type) => type switch
    {
        RouteView.Local => "LOCAL"u8,
        RouteView.Broadcast => "BROADCAST"u8,
        RouteView.Multicast => "MULTICAST"u8,
        _ => "UNICAST"u8,
    };
}
