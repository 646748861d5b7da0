using System;
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

    private const int FirstFreePort = 1024; // net.ipv4.ip_unprivileged_port_start

    public static void AddTo(SocketSystem sockets, FixedDirectory net)
    {
        AddCore(sockets.Limits, net.AddDirectory("core"));
        FixedDirectory ipv4 = net.AddDirectory("ipv4");
        AddPorts(sockets.Network.Options, ipv4);
        AddTcp(sockets.Network.Options, ipv4);
        AddBuffers(sockets.Network.Options, ipv4);
    }

    private static void AddCore(SocketLimits limits, FixedDirectory core)
    {
        core.AddNumber("somaxconn", 0, int.MaxValue, () => limits.Backlog, value => limits.Backlog = value);
        core.AddNumber("rmem_default", SocketLimits.MinimumReceiveBuffer, int.MaxValue, () => limits.ReceiveBuffer, value => limits.ReceiveBuffer = value);
        core.AddNumber("rmem_max", SocketLimits.MinimumReceiveBuffer, int.MaxValue, () => limits.ReceiveBufferLimit, value => limits.ReceiveBufferLimit = value);
        core.AddNumber("wmem_default", SocketLimits.MinimumSendBuffer, int.MaxValue, () => limits.SendBuffer, value => limits.SendBuffer = value);
        core.AddNumber("wmem_max", SocketLimits.MinimumSendBuffer, int.MaxValue, () => limits.SendBufferLimit, value => limits.SendBufferLimit = value);
    }

    private static void AddPorts(NetStackOptions options, FixedDirectory ipv4) =>
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
                if (numbers[0] < FirstFreePort || numbers[1] < numbers[0])
                {
                    return false;
                }

                options.FirstEphemeralPort = (ushort)numbers[0];
                options.LastEphemeralPort = (ushort)numbers[1];
                return true;
            });

    private static void AddTcp(NetStackOptions options, FixedDirectory ipv4)
    {
        const int MostSynRetries = 127;
        ipv4.AddNumber("tcp_fin_timeout", 0, MostSeconds, () => Seconds(options.TcpFinTimeout), value => options.TcpFinTimeout = Nanoseconds(value));
        ipv4.AddNumber("tcp_keepalive_time", 0, MostSeconds, () => Seconds(options.TcpKeepIdle), value => options.TcpKeepIdle = Nanoseconds(value));
        ipv4.AddNumber("tcp_keepalive_intvl", 0, MostSeconds, () => Seconds(options.TcpKeepInterval), value => options.TcpKeepInterval = Nanoseconds(value));
        ipv4.AddNumber("tcp_keepalive_probes", 0, byte.MaxValue, () => options.TcpKeepCount, value => options.TcpKeepCount = (byte)value);
        ipv4.AddNumber("tcp_max_syn_backlog", 0, int.MaxValue, () => options.SynLimit, value => options.SynLimit = value);
        ipv4.AddNumber("tcp_syn_retries", 1, MostSynRetries, () => options.TcpSynRetries, value => options.TcpSynRetries = (byte)value);
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
