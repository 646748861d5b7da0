using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

// What System.Net.NetworkInformation says: in the same shape on every Linux, whatever its numbers are.
void Say(string what, Func<object?> value)
{
    try
    {
        Console.WriteLine($"{what}: {value()}");
    }
    catch (Exception e)
    {
        Console.WriteLine($"{what}: {e.GetType().Name}: {e.Message}");
    }
}

NetworkInterface loopback = NetworkInterface.GetAllNetworkInterfaces().Single(found => found.NetworkInterfaceType == NetworkInterfaceType.Loopback);
IPInterfaceProperties properties = loopback.GetIPProperties();
Say("loopback", () => $"{loopback.Name} {loopback.Id} {loopback.Description} {loopback.OperationalStatus} {loopback.SupportsMulticast} {loopback.IsReceiveOnly} {loopback.Speed}");
Say("hardware address", () => loopback.GetPhysicalAddress().ToString().Trim('0').Length);
Say("supports", () => $"{loopback.Supports(NetworkInterfaceComponent.IPv4)} {loopback.Supports(NetworkInterfaceComponent.IPv6)}");
Say("index", () => $"{NetworkInterface.LoopbackInterfaceIndex} {properties.GetIPv4Properties().Index}");
Say("mtu", () => properties.GetIPv4Properties().Mtu);
Say("ipv4", () => string.Join(' ', properties.UnicastAddresses.Where(found => found.Address.AddressFamily == AddressFamily.InterNetwork).Select(found => $"{found.Address}/{found.PrefixLength} {found.IPv4Mask}")));
Say("forwarding", () => properties.GetIPv4Properties().IsForwardingEnabled is true or false);
Say("gateways", () => properties.GatewayAddresses.Count);
Say("dns", () => properties.DnsAddresses.Count >= 0);
Say("dns enabled", () => properties.IsDnsEnabled is true or false);
Say("multicast", () => properties.MulticastAddresses.Count > 0);
Say("available", () => NetworkInterface.GetIsNetworkAvailable() is true or false);
Say("statistics", () =>
{
    IPInterfaceStatistics counted = loopback.GetIPStatistics();
    return $"{counted.BytesReceived >= 0} {counted.UnicastPacketsReceived >= 0} {counted.IncomingPacketsDiscarded} {counted.IncomingPacketsWithErrors} {counted.OutgoingPacketsWithErrors}";
});

IPGlobalProperties global = IPGlobalProperties.GetIPGlobalProperties();
using TcpListener listener = new(IPAddress.Loopback, 0);
listener.Start();
int port = ((IPEndPoint)listener.LocalEndpoint).Port;
using TcpClient client = new("127.0.0.1", port);
using TcpClient served = listener.AcceptTcpClient();
using UdpClient datagrams = new(new IPEndPoint(IPAddress.Loopback, 0));
Say("host name", () => global.HostName.Length > 0);
Say("domain name", () => global.DomainName is not null);
Say("node type", () => global.NodeType);
Say("listens", () => global.GetActiveTcpListeners().Count(found => found.Port == port));
Say("datagrams", () => global.GetActiveUdpListeners().Count(found => found.Equals(datagrams.Client.LocalEndPoint)));
Say("connections", () => string.Join(' ', global.GetActiveTcpConnections().Where(found => found.LocalEndPoint.Port == port || found.RemoteEndPoint.Port == port).Select(found => found.State)));
Say("addresses", () => global.GetUnicastAddresses().Any(found => found.Address.Equals(IPAddress.Loopback)));
Say("tcp", () =>
{
    TcpStatistics tcp = global.GetTcpIPv4Statistics();
    return $"{tcp.CurrentConnections >= 2} {tcp.ConnectionsInitiated > 0} {tcp.ConnectionsAccepted > 0} {tcp.SegmentsSent > 0} {tcp.SegmentsReceived > 0}";
});
Say("udp", () =>
{
    UdpStatistics udp = global.GetUdpIPv4Statistics();
    return $"{udp.DatagramsSent >= 0} {udp.DatagramsReceived >= 0} {udp.UdpListeners > 0}";
});
Say("ip", () =>
{
    IPGlobalStatistics ip = global.GetIPv4GlobalStatistics();
    return $"{ip.DefaultTtl} {ip.ReceivedPackets > 0} {ip.NumberOfInterfaces > 0} {ip.NumberOfIPAddresses > 0} {ip.PacketReassemblyFailures >= 0}";
});
Say("icmp", () => global.GetIcmpV4Statistics().MessagesSent >= 0);
Say("icmp for ipv6", () => global.GetIcmpV6Statistics().MessagesSent >= 0);
Say("icmp counts", () => $"{global.GetIcmpV4Statistics().EchoRequestsSent >= 0} {global.GetIcmpV6Statistics().RouterSolicitsSent >= 0}");
Say("ipv6", () =>
{
    IPGlobalStatistics ip = global.GetIPv6GlobalStatistics();
    return $"{ip.DefaultTtl} {ip.ForwardingEnabled is true or false} {ip.ReceivedPackets >= 0} {ip.NumberOfInterfaces > 0} {ip.NumberOfRoutes >= 0} {ip.OutputPacketRequests >= 0}";
});
Say("tcp for ipv6", () => $"{global.GetTcpIPv6Statistics().CurrentConnections >= 2} {global.GetTcpIPv6Statistics().MinimumTransmissionTimeout} {global.GetTcpIPv6Statistics().MaximumTransmissionTimeout}");
Say("udp for ipv6", () => $"{global.GetUdpIPv6Statistics().DatagramsSent >= 0} {global.GetUdpIPv6Statistics().UdpListeners >= 0}");
Say("wins proxy", () => global.IsWinsProxy);
Say("dhcp scope", () => global.DhcpScopeName);

// What an interface is asked one by one, also what Linux cannot say.
Say("loopback is found", () => NetworkInterface.LoopbackInterfaceIndex == properties.GetIPv6Properties().Index && NetworkInterface.IPv6LoopbackInterfaceIndex == NetworkInterface.LoopbackInterfaceIndex);
Say("ipv6 mtu", () => properties.GetIPv6Properties().Mtu);
Say("ipv6 scope", () => properties.GetIPv6Properties().GetScopeId(ScopeLevel.Interface));
Say("ipv6 addresses", () => string.Join(' ', properties.UnicastAddresses.Where(found => found.Address.Equals(IPAddress.IPv6Loopback)).Select(found => $"{found.Address}/{found.PrefixLength}")));
Say("dhcp", () => properties.GetIPv4Properties().IsDhcpEnabled);
Say("wins", () => properties.GetIPv4Properties().UsesWins);
Say("private address", () => properties.GetIPv4Properties().IsAutomaticPrivateAddressingEnabled);
Say("dynamic dns", () => properties.IsDynamicDnsEnabled);
Say("anycast", () => properties.AnycastAddresses.Count);
Say("dhcp servers", () => properties.DhcpServerAddresses.Count);
Say("wins servers", () => properties.WinsServersAddresses.Count);
Say("lifetime", () => properties.UnicastAddresses.First(found => found.Address.Equals(IPAddress.Loopback)).AddressPreferredLifetime);
Say("detection", () => properties.UnicastAddresses.First(found => found.Address.Equals(IPAddress.Loopback)).DuplicateAddressDetectionState);
Say("queue", () => loopback.GetIPStatistics().OutputQueueLength);
Say("unknown protocols", () => loopback.GetIPStatistics().IncomingUnknownProtocolPackets);
Say("non-unicast", () => $"{loopback.GetIPStatistics().NonUnicastPacketsReceived} {loopback.GetIPv4Statistics().OutgoingPacketsDiscarded}");

// Who wants to hear of changes only opens a socket for them.
Say("changes", () =>
{
    NetworkAddressChangedEventHandler handler = static (_, _) => { };
    NetworkAvailabilityChangedEventHandler other = static (_, _) => { };
    NetworkChange.NetworkAddressChanged += handler;
    NetworkChange.NetworkAvailabilityChanged += other;
    NetworkChange.NetworkAddressChanged -= handler;
    NetworkChange.NetworkAvailabilityChanged -= other;
    return "heard of";
});

string Shown(PingReply reply) => $"{reply.Status} {reply.Address} {reply.Buffer.Length} {reply.Buffer.Sum(each => each)}";

byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(each => (byte)each)];

using Ping ping = new();
Say("ping", () => Shown(ping.Send(IPAddress.Loopback, 5000, Bytes(32))));
Say("ping without bytes", () => Shown(ping.Send(IPAddress.Loopback, 5000, [])));
Say("ping by name", () => Shown(ping.Send("127.0.0.1", 5000)));
Say("ping for ipv6", () => Shown(ping.Send(IPAddress.IPv6Loopback, 5000, Bytes(100))));
Say("ping with much", () => Shown(ping.Send(IPAddress.Loopback, 5000, Bytes(20_000))));
Say("ping in one piece", () => Shown(ping.Send(IPAddress.Loopback, 5000, Bytes(1000), new PingOptions(64, dontFragment: true))));
Say("ping one hop", () => Shown(ping.Send(IPAddress.Loopback, 5000, Bytes(8), new PingOptions(1, dontFragment: false))));
Say("ping, later", () => Shown(ping.SendPingAsync(IPAddress.Loopback, 5000, Bytes(64)).GetAwaiter().GetResult()));
Say("ping, later for ipv6", () => Shown(ping.SendPingAsync(IPAddress.IPv6Loopback, TimeSpan.FromSeconds(5), Bytes(64), null, CancellationToken.None).GetAwaiter().GetResult()));
Say("ping, many", () => string.Join(' ', Task.WhenAll(Enumerable.Range(1, 8).Select(async each =>
{
    using Ping own = new();
    return (await own.SendPingAsync(IPAddress.Loopback, 5000, Bytes(each))).Buffer.Length;
})).GetAwaiter().GetResult()));
Say("ping, given up", () => ping.SendPingAsync(IPAddress.Loopback, TimeSpan.FromSeconds(5), null, null, new CancellationToken(canceled: true)).GetAwaiter().GetResult().Status);
Say("ping with too much", () => ping.Send(IPAddress.Loopback, 5000, new byte[70_000]).Status);
Say("ping nowhere", () => ping.Send(IPAddress.Any, 5000).Status);
Say("ping a name that nobody has", () => ping.Send("nobody.invalid", 1000).Status);
Say("ping by an event", () =>
{
    using ManualResetEventSlim done = new();
    string? told = null;
    ping.PingCompleted += (_, e) =>
    {
        told = $"{e.Cancelled} {e.Error is null} {e.Reply?.Status} {e.UserState}";
        done.Set();
    };
    ping.SendAsync(IPAddress.Loopback, 5000, Bytes(16), "state");
    return done.Wait(10_000) ? told : "nothing";
});
