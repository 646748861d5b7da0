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
Say("dns suffix", () => properties.DnsSuffix is not null);
Say("multicast", () => properties.MulticastAddresses.Count > 0);
Say("available", () => NetworkInterface.GetIsNetworkAvailable());
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
using Ping ping = new();
Say("ping", () =>
{
    PingReply reply = ping.Send(IPAddress.Loopback, 5000, new byte[32]);
    return $"{reply.Status} {reply.Address} {reply.Buffer.Length}";
});
