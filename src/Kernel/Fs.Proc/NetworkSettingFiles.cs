using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Net.Stack;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/sys/net: settings that hold from when they are written, with Linux's limits (net/core/sysctl_net_core.c, net/ipv4/sysctl_net_ipv4.c).</summary>
internal static class NetworkSettingFiles
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Times are kept in ticks of a hundredth of a second, whose number must be an int; no time is shorter than one.</summary>
    private const int TicksPerSecond = 100;

    private const int MostSeconds = int.MaxValue / TicksPerSecond;

    private const uint Writable = 0x1a4;
    private const uint WriteOnly = 0x80;
    private const uint OwnersOnly = 0x180;

    public static void AddTo(SocketSystem sockets, FixedDirectory net)
    {
        net.AddDirectory("core", core => AddCore(sockets.Limits, core));
        net.AddDirectory("ipv4", ipv4 => AddV4(sockets, ipv4));
        net.AddDirectory("ipv6", ipv6 => AddV6(sockets, ipv6));
        net.AddDirectory("unix", static unix => TextTable.AddTo(unix, "!max_dgram_qlen 10\n"u8));
    }

    private static void AddV4(SocketSystem sockets, FixedDirectory ipv4)
    {
        NetStackOptions options = sockets.Network.Options;
        AddPorts(sockets, ipv4);
        AddTcp(options, ipv4);
        AddBuffers(options, ipv4);
        AddMemory(sockets, ipv4);
        TextTable.AddTo(ipv4, NetworkSettingTables.V4);
        ipv4.AddDirectory("conf", conf => AddEach(sockets, conf, hasAll: true, static (directory, of) =>
        {
            TextTable.AddTo(directory, NetworkSettingTables.ConfigurationV4);
            bool acceptsRoutes = of != AllInterfaces;
            TextTable.AddTo(directory, acceptsRoutes ? "!accept_source_route 1\n"u8 : "!accept_source_route 0\n"u8);
            TextTable.AddTo(directory, of == "lo" ? "!disable_policy 1\n!disable_xfrm 1\n"u8 : "!disable_policy 0\n!disable_xfrm 0\n"u8);
        }));
        ipv4.AddDirectory("neigh", neigh => AddEach(sockets, neigh, hasAll: false, static (directory, of) =>
        {
            TextTable.AddTo(directory, NetworkSettingTables.Neighbor);
            TextTable.AddTo(directory, "!locktime 100\n!retrans_time 100\n"u8);
            AddNeighborLimits(directory, of);
        }));
        ipv4.AddDirectory("route", route =>
        {
            TextTable.AddTo(route, NetworkSettingTables.RouteV4);
            route.AddSource("flush", new RequestText(int.MinValue, int.MaxValue, () => sockets.Network.Made?.FlushPaths()), WriteOnly);
        });
    }

    private static void AddV6(SocketSystem sockets, FixedDirectory ipv6)
    {
        TextTable.AddTo(ipv6, NetworkSettingTables.V6);
        ipv6.AddDirectory("conf", conf => AddEach(sockets, conf, hasAll: true, (directory, of) =>
        {
            TextTable.AddTo(directory, NetworkSettingTables.ConfigurationV6);
            TextTable.AddTo(directory, of == AllInterfaces ? "!accept_dad 0\n"u8 : of == "lo" ? "!accept_dad -1\n"u8 : "!accept_dad 1\n"u8);
            TextTable.AddTo(directory, of == "lo" ? "!use_tempaddr -1\n"u8 : "!use_tempaddr 0\n"u8);
            TextTable.AddTo(directory, of == AllInterfaces ? "!addr_gen_mode 0\n"u8 : "!addr_gen_mode 3\n"u8);
            AddMtu(sockets, directory, of);
            directory.AddSource("stable_secret", new FailingText(Errno.EIO), OwnersOnly);
        }));
        ipv6.AddDirectory("icmp", static icmp => TextTable.AddTo(icmp, NetworkSettingTables.IcmpV6));
        ipv6.AddDirectory("neigh", neigh => AddEach(sockets, neigh, hasAll: false, static (directory, of) =>
        {
            TextTable.AddTo(directory, NetworkSettingTables.Neighbor);
            TextTable.AddTo(directory, "!locktime 0\n!retrans_time 250\n"u8);
            AddNeighborLimits(directory, of);
        }));
        ipv6.AddDirectory("route", route =>
        {
            TextTable.AddTo(route, NetworkSettingTables.RouteV6);
            route.AddSource("flush", new RequestText(int.MinValue, int.MaxValue, () => sockets.Network.Made?.FlushPaths()), WriteOnly);
        });
    }

    private const string AllInterfaces = "all";

    private const string LaterInterfaces = "default";

    /// <summary>A directory for all interfaces, for those to come, and for each that there is.</summary>
    private static void AddEach(SocketSystem sockets, FixedDirectory home, bool hasAll, Action<FixedDirectory, string> fill)
    {
        if (hasAll)
        {
            home.AddDirectory(AllInterfaces, directory => fill(directory, AllInterfaces));
        }

        home.AddDirectory(LaterInterfaces, directory => fill(directory, LaterInterfaces));
        if (sockets.Network.TryGet(out NetStack stack))
        {
            foreach (NetInterface each in stack.Interfaces)
            {
                string name = each.Name;
                home.AddDirectory(name, directory => fill(directory, name));
            }
        }
    }

    /// <summary>The table of neighbours has one size for all interfaces, and the kernel makes room in it by itself.</summary>
    private static void AddNeighborLimits(FixedDirectory directory, string of)
    {
        if (of == LaterInterfaces)
        {
            TextTable.AddTo(directory, "!gc_interval 30\n"u8);
            foreach (string name in (ReadOnlySpan<string>)["gc_thresh1", "gc_thresh2", "gc_thresh3"])
            {
                directory.AddSource(name, new UnchangingText(NeighborTable.Capacity + "\n"), Writable);
            }
        }
    }

    private static void AddMtu(SocketSystem sockets, FixedDirectory directory, string of)
    {
        const int LeastMtu = 1280; // of IPv6 (RFC 8200, 5)
        NetInterface? found = null;
        if (sockets.Network.TryGet(out NetStack stack))
        {
            foreach (NetInterface each in stack.Interfaces)
            {
                found = each.Name == of ? each : found;
            }
        }

        if (found == null)
        {
            TextTable.AddTo(directory, "!mtu 1280\n"u8);
            return;
        }

        // As the interface's: Linux has one of IPv6 apart, which here is the same.
        directory.AddNumbers(
            "mtu",
            1,
            LeastMtu,
            int.MaxValue,
            numbers => numbers[0] = found.Mtu,
            numbers => numbers[0] == found.Mtu);
    }

    /// <summary>Pages that TCP and UDP may take: without pressure, under it, and at most. Both take them from one pool.</summary>
    private static void AddMemory(SocketSystem sockets, FixedDirectory ipv4)
    {
        int pages = sockets.Network.PageLimit;
        string numbers = $"{pages / 2}\t{pages / 4 * 3}\t{pages}\n";
        ipv4.AddSource("tcp_mem", new UnchangingText(numbers), Writable);
        ipv4.AddSource("udp_mem", new UnchangingText(numbers), Writable);
    }

    private static void AddCore(SocketLimits limits, FixedDirectory core)
    {
        TextTable.AddTo(core, NetworkSettingTables.Core);
        core.AddNumber("somaxconn", 0, int.MaxValue, () => limits.Backlog, value => limits.Backlog = value);
        core.AddNumber("rmem_default", SocketLimits.MinimumReceiveBuffer, int.MaxValue, () => limits.ReceiveBuffer, value => limits.ReceiveBuffer = value);
        core.AddNumber("rmem_max", SocketLimits.MinimumReceiveBuffer, int.MaxValue, () => limits.ReceiveBufferLimit, value => limits.ReceiveBufferLimit = value);
        core.AddNumber("wmem_default", SocketLimits.MinimumSendBuffer, int.MaxValue, () => limits.SendBuffer, value => limits.SendBuffer = value);
        core.AddNumber("wmem_max", SocketLimits.MinimumSendBuffer, int.MaxValue, () => limits.SendBufferLimit, value => limits.SendBufferLimit = value);
    }

    private static void AddPorts(SocketSystem sockets, FixedDirectory ipv4)
    {
        NetStackOptions options = sockets.Network.Options;
        ipv4.AddNumbers(
            "ip_unprivileged_port_start",
            1,
            0,
            ushort.MaxValue,
            numbers => numbers[0] = sockets.Limits.FirstFreePort,
            numbers =>
            {
                bool isRoom = numbers[0] <= options.FirstEphemeralPort;
                sockets.Limits.FirstFreePort = isRoom ? numbers[0] : sockets.Limits.FirstFreePort;
                return isRoom;
            });
        ipv4.AddNumbers(
            "ip_local_port_range",
            2,
            1,
            ushort.MaxValue,
            numbers =>
            {
                numbers[0] = options.FirstEphemeralPort;
                numbers[1] = options.LastEphemeralPort;
            },
            numbers =>
            {
                if (numbers[0] < sockets.Limits.FirstFreePort || numbers[1] < numbers[0])
                {
                    return false;
                }

                options.FirstEphemeralPort = (ushort)numbers[0];
                options.LastEphemeralPort = (ushort)numbers[1];
                return true;
            });
    }

    private static void AddTcp(NetStackOptions options, FixedDirectory ipv4)
    {
        const int MostSynRetries = 127;
        ipv4.AddNumber("tcp_fin_timeout", 0, MostSeconds, () => Seconds(options.TcpFinTimeout), value => options.TcpFinTimeout = Nanoseconds(value));
        ipv4.AddNumber("tcp_keepalive_time", 0, MostSeconds, () => Seconds(options.TcpKeepIdle), value => options.TcpKeepIdle = Nanoseconds(value));
        ipv4.AddNumber("tcp_keepalive_intvl", 0, MostSeconds, () => Seconds(options.TcpKeepInterval), value => options.TcpKeepInterval = Nanoseconds(value));
        ipv4.AddNumber("tcp_keepalive_probes", 0, byte.MaxValue, () => options.TcpKeepCount, value => options.TcpKeepCount = (byte)value);
        ipv4.AddNumber("tcp_max_syn_backlog", 0, int.MaxValue, () => options.SynLimit, value => options.SynLimit = value);
        ipv4.AddNumber("tcp_syn_retries", 1, MostSynRetries, () => options.TcpSynRetries, value => options.TcpSynRetries = (byte)value);
        ipv4.AddSource("tcp_congestion_control", new CongestionText(options), Writable);
        ipv4.AddNumber("tcp_syncookies", 0, byte.MaxValue, () => (int)options.SynCookieUse, value => options.SynCookieUse = (SynCookieUse)value);
    }

    private static void AddBuffers(NetStackOptions options, FixedDirectory ipv4)
    {
        AddSizes(
            ipv4,
            "tcp_rmem",
            () => (options.TcpReceiveBufferMinimum, options.TcpReceiveBuffer, options.TcpReceiveBufferLimit),
            sizes => (options.TcpReceiveBufferMinimum, options.TcpReceiveBuffer, options.TcpReceiveBufferLimit) = sizes);
        AddSizes(
            ipv4,
            "tcp_wmem",
            () => (options.TcpSendBufferMinimum, options.TcpSendBuffer, options.TcpSendBufferLimit),
            sizes => (options.TcpSendBufferMinimum, options.TcpSendBuffer, options.TcpSendBufferLimit) = sizes);
    }

    /// <summary>The least size of a buffer, the first and the largest (tcp(7)).</summary>
    private static void AddSizes(FixedDirectory ipv4, string name, Func<(int Least, int First, int Largest)> read, Action<(int Least, int First, int Largest)> store) =>
        ipv4.AddNumbers(
            name,
            3,
            1,
            int.MaxValue,
            numbers => (numbers[0], numbers[1], numbers[2]) = read(),
            numbers =>
            {
                store((numbers[0], numbers[1], numbers[2]));
                return true;
            });

    private static int Seconds(ulong time) => (int)(time / NanosecondsPerSecond);

    private static ulong Nanoseconds(int seconds) => seconds == 0 ? NanosecondsPerSecond / TicksPerSecond : (ulong)seconds * NanosecondsPerSecond;
}
