using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Net.Stack;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/net (proc(5)): interfaces, routes and sockets, in the columns that netstat(8), ss(8) and libraries read.</summary>
internal static class NetworkFiles
{
    private const int LineBytes = 127;

    /// <summary>Of /proc/net/tcp.</summary>
    private const int StreamLineBytes = 149;

    public static void AddTo(ProcFileSystem home, FixedDirectory net)
    {
        SocketSystem sockets = home.Sockets!;
        net.AddText("dev", text => WriteDevices(sockets, text));
        net.AddText("if_inet6", text => WriteAddresses(sockets, text));
        net.AddText("route", text => WriteRoutes(sockets, text));
        net.AddText("unix", text => WriteUnix(sockets, text));
        foreach ((AddressFamily family, string suffix) in ((AddressFamily, string)[])[(AddressFamily.Inet, ""), (AddressFamily.Inet6, "6")])
        {
            net.AddText("udp" + suffix, text => WriteDatagrams(sockets.InetSockets(SocketKind.Datagram, family), text, family, DatagramTable.Udp));
            net.AddText("udplite" + suffix, text => WriteDatagrams([], text, family, DatagramTable.Udp));
            net.AddText("icmp" + suffix, text => WriteDatagrams(sockets.InetSockets(SocketKind.Datagram, family, isPing: true), text, family, DatagramTable.Ping));
            net.AddText("raw" + suffix, text => WriteDatagrams(sockets.InetSockets(SocketKind.Raw, family), text, family, DatagramTable.Raw));
        }

        net.AddText("tcp", text => WriteStreams(sockets, text, AddressFamily.Inet));
        net.AddText("tcp6", text => WriteStreams(sockets, text, AddressFamily.Inet6));
        net.AddText("sockstat", text => WriteCounts(sockets, text));
        NetworkTableFiles.AddTo(sockets, net);
        NetworkRareFiles.AddTo(sockets, net);
        net.AddText("fib_trie", text => RouteTreeFile.Write(sockets, text));
        NetworkProtocolFiles.AddTo(sockets, net);
    }

    private static void WriteDevices(SocketSystem sockets, ByteText text)
    {
        text.Add("Inter-|   Receive                                                |  Transmit\n"u8);
        text.Add(" face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"u8);
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        foreach (NetInterface each in stack.Interfaces)
        {
            InterfaceStatistics counted = each.Statistics;
            for (int i = each.Name.Length; i < 6; i++)
            {
                text.Add((byte)' ');
            }

            text.Add(each.Name).Add(": "u8);
            text.AddRight(counted.ReceivedBytes, 7).Add(" "u8).AddRight(counted.ReceivedPackets, 7).Add(" "u8).AddRight(counted.ReceiveErrors, 4).Add(" "u8).AddRight(counted.ReceiveDrops, 4);
            text.Add("    0     0          0 "u8).AddRight(counted.ReceivedMulticasts, 9).Add(" "u8);
            text.AddRight(counted.SentBytes, 8).Add(" "u8).AddRight(counted.SentPackets, 7).Add(" "u8).AddRight(counted.SendErrors, 4).Add(" "u8).AddRight(counted.SendDrops, 4);
            text.Add("    0     0       0          0\n"u8);
        }
    }

    private static void WriteAddresses(SocketSystem sockets, ByteText text)
    {
        const uint Permanent = 0x80;
        const uint HostScope = 0x10;
        const uint LinkScope = 0x20;
        const uint SiteScope = 0x40;
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        foreach (NetInterface each in stack.Interfaces)
        {
            foreach (InterfaceAddress own in each.Addresses)
            {
                if (!own.Address.IsV4)
                {
                    uint scope = own.Address.IsLoopback ? HostScope : own.Address.IsLinkLocal ? LinkScope : own.Address.IsSiteLocal ? SiteScope : 0;
                    text.AddHex(own.Address.High, 16).AddHex(own.Address.Low, 16).Add(" "u8).AddHex((uint)each.Index, 2).Add(" "u8).AddHex((uint)own.PrefixLength, 2).Add(" "u8);
                    text.AddHex(scope, 2).Add(" "u8).AddHex(own.ValidUntil.IsNever ? Permanent : 0, 2).Add(" "u8);
                    for (int i = each.Name.Length; i < 8; i++)
                    {
                        text.Add((byte)' ');
                    }

                    text.Add(each.Name).Add("\n"u8);
                }
            }
        }
    }

    private static void WriteRoutes(SocketSystem sockets, ByteText text)
    {
        const uint Up = 1;
        const uint Gateway = 2;
        int start = text.Length;
        Pad(text.Add("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"u8), start);
        if (!sockets.Network.TryGet(out NetStack stack))
        {
            return;
        }

        foreach (RouteView route in RouteView.All(stack, isV4: true))
        {
            if (route.Table != RouteView.MainTable)
            {
                continue;
            }

            start = text.Length;
            uint mask = route.PrefixLength == 0 ? 0 : uint.MaxValue << (32 - route.PrefixLength);
            text.Add(route.Interface.Name).Add("\t"u8);
            AddUpper(text, Swapped(route.Destination.V4), 8).Add("\t"u8);
            AddUpper(text, route.HasGateway ? Swapped(route.Gateway.V4) : 0, 8).Add("\t"u8);
            AddUpper(text, Up | (route.HasGateway ? Gateway : 0), 4).Add("\t0\t0\t"u8).Add(route.Metric).Add("\t"u8);
            Pad(AddUpper(text, Swapped(mask), 8).Add("\t0\t0\t0"u8), start);
        }
    }

    private static void WriteUnix(SocketSystem sockets, ByteText text)
    {
        text.Add("Num       RefCount Protocol Flags    Type St Inode Path\n"u8);
        foreach (UnixSocketState socket in sockets.UnixSockets())
        {
            text.Add("0000000000000000: "u8);
            AddUpper(text, (uint)socket.References, 8).Add(" 00000000 "u8);
            AddUpper(text, socket.IsListening ? 0x10000u : 0, 8).Add(" "u8);
            AddUpper(text, (uint)socket.Kind, 4).Add(" "u8);
            AddUpper(text, socket.IsConnected ? 3u : 1, 2).Add(" "u8).AddRight(socket.Inode, 5);
            if (!socket.Name.IsEmpty)
            {
                text.Add(" "u8);
                foreach (byte each in socket.Name)
                {
                    text.Add(each == 0 ? (byte)'@' : each);
                }
            }

            text.Add("\n"u8);
        }
    }

    /// <summary>
    /// The tables of datagrams differ in small ways: how far a line's number is indented, and whether lines of IPv4 have one length.
    /// </summary>
    private enum DatagramTable
    {
        Udp,
        Ping,
        Raw,
    }

    private static void WriteDatagrams(IEnumerable<InetSocketState> sockets, ByteText text, AddressFamily family, DatagramTable table)
    {
        AddressFamily padded = table == DatagramTable.Raw ? AddressFamily.Inet6 : family;
        int start = text.Length;
        text.Add(family == AddressFamily.Inet && table == DatagramTable.Udp ? " "u8 : ""u8);
        text.Add(family == AddressFamily.Inet
            ? "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops"u8
            : "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops"u8);
        EndHeader(text, padded, start);
        int line = 0;
        foreach (InetSocketState socket in sockets)
        {
            start = text.Length;
            text.AddRight((ulong)line++, family == AddressFamily.Inet && table == DatagramTable.Raw ? 4 : 5).Add(": "u8);
            AddEndpoint(text, socket.Local, family).Add(" "u8);
            AddEndpoint(text, socket.Remote, family).Add(" "u8);
            AddUpper(text, socket.State, 2).Add(" 00000000:"u8);
            AddUpper(text, (uint)socket.ReceiveQueue, 8).Add(" 00:00000000 00000000 "u8).AddRight(socket.User, 5).Add("        0 "u8);
            text.Add(socket.Inode).Add(" 2 0000000000000000 "u8).Add(socket.Drops);
            EndHeader(text, padded, start);
        }
    }

    private const byte Listening = 10;
    private const byte TimeWait = 6;

    /// <summary>References, address, and of what is more than a record: timeouts in hundredths of a second, window and threshold in segments.</summary>
    private static void AddEnd(ByteText text, in InetSocketState socket)
    {
        if (socket.State == TimeWait)
        {
            text.Add(" 3 0000000000000000"u8);
            return;
        }

        text.Add(" 1 0000000000000000 "u8);
        if (socket.State == Listening)
        {
            text.Add("100 0 0 10 0"u8);
            return;
        }

        text.Add(socket.RetransmitTimeoutMs / 10).Add(" 4 0 "u8).Add(socket.CongestionWindow).Add(" "u8);
        text.Add(socket.SlowStartThreshold is uint threshold ? (int)System.Math.Min(threshold, int.MaxValue) : -1);
    }

    private static void WriteStreams(SocketSystem sockets, ByteText text, AddressFamily family)
    {
        int start = text.Length;
        text.Add(family == AddressFamily.Inet
            ? "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"u8
            : "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"u8);
        EndHeader(text, family, start, StreamLineBytes);
        int line = 0;
        foreach (InetSocketState socket in sockets.InetSockets(SocketKind.Stream, family))
        {
            start = text.Length;
            text.AddRight((ulong)line++, 4).Add(": "u8);
            AddEndpoint(text, socket.Local, family).Add(" "u8);
            AddEndpoint(text, socket.Remote, family).Add(" "u8);
            AddUpper(text, socket.State, 2).Add(" "u8);
            AddUpper(text, socket.State == Listening ? 0 : (uint)socket.SendQueue, 8).Add(":"u8);
            AddUpper(text, (uint)socket.ReceiveQueue, 8).Add(" "u8);
            AddUpper(text, socket.Timer, 2).Add(":"u8);
            AddUpper(text, socket.TimerMs / 10, 8).Add(" "u8);
            AddUpper(text, socket.Retransmits, 8).Add(" "u8).AddRight(socket.User, 5).Add("        0 "u8).Add(socket.Inode);
            AddEnd(text, socket);
            EndHeader(text, family, start, StreamLineBytes);
        }
    }

    private static void WriteCounts(SocketSystem sockets, ByteText text)
    {
        NetStack? stack = sockets.Network.Made;
        int streams = sockets.CountOf(SocketKind.Stream, AddressFamily.Inet);
        int datagrams = sockets.CountOf(SocketKind.Datagram, AddressFamily.Inet);
        text.Add("sockets: used "u8).Add(sockets.Count).Add("\nTCP: inuse "u8).Add(streams).Add(" orphan "u8).Add(stack?.Tcp.OrphanCount ?? 0);
        text.Add(" tw "u8).Add(stack?.Tcp.TimeWaitCount ?? 0).Add(" alloc "u8).Add(sockets.CountOf(SocketKind.Stream)).Add(" mem 0\nUDP: inuse "u8).Add(datagrams);
        text.Add(" mem 0\nUDPLITE: inuse 0\nRAW: inuse "u8).Add(sockets.CountOf(SocketKind.Raw, AddressFamily.Inet)).Add("\nFRAG: inuse 0 memory 0\n"u8);
    }

    /// <summary>An address as the words of memory that it is, and the port.</summary>
    private static ByteText AddEndpoint(ByteText text, in EndpointAddress endpoint, AddressFamily family)
    {
        if (family == AddressFamily.Inet)
        {
            AddUpper(text, Swapped(endpoint.Address.V4), 8);
        }
        else
        {
            AddUpper(text, Swapped((uint)(endpoint.Address.High >> 32)), 8);
            AddUpper(text, Swapped((uint)(endpoint.Address.High & uint.MaxValue)), 8);
            AddUpper(text, Swapped((uint)(endpoint.Address.Low >> 32)), 8);
            AddUpper(text, Swapped((uint)(endpoint.Address.Low & uint.MaxValue)), 8);
        }

        return AddUpper(text.Add(":"u8), endpoint.Port, 4);
    }

    internal static uint Swapped(uint value) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);

    internal static ByteText AddUpper(ByteText text, ulong value, int digits)
    {
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        {
            text.Add("0123456789ABCDEF"u8[(int)((value >> shift) & 15)]);
        }

        return text;
    }

    /// <summary>Lines of IPv4 have one length.</summary>
    private static void EndHeader(ByteText text, AddressFamily family, int start, int length = LineBytes)
    {
        if (family == AddressFamily.Inet)
        {
            Pad(text, start, length);
        }
        else
        {
            text.Add("\n"u8);
        }
    }

    private static void Pad(ByteText text, int start, int length = LineBytes)
    {
        while (text.Length - start < length)
        {
            text.Add((byte)' ');
        }

        text.Add("\n"u8);
    }
}
