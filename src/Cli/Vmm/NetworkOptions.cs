using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;

namespace Mote.Cli.Vmm;

/// <summary>The machine's network: what the card is plugged into, the ports that lead to it, and where its packets are written.</summary>
internal sealed record NetworkOptions
{
    /// <summary>No card.</summary>
    public static NetworkOptions None { get; } = new();

    public NetworkChoice Choice { get; init; } = NetworkChoice.None;

    public IReadOnlyList<PublishedPort> Ports { get; init; } = [];

    /// <summary>What the machine may reach although its network is closed.</summary>
    public IReadOnlyList<AllowedService> Services { get; init; } = [];

    /// <summary>Whether the tool carries datagrams itself: a closed network of QEMU's drops answers.</summary>
    public bool RelaysDatagrams => Choice.Kind == NetworkKind.Closed && Ports.Any(port => port.IsUdp);

    /// <summary>
    /// What the kernel must know: addresses, and names of services. A closed network has a router only where a port is published to others than this computer, whose addresses QEMU lets through: their
    /// answers go by it.
    /// </summary>
    public string KernelWords
    {
        get
        {
            bool needsRouter = Choice.Kind == NetworkKind.Closed && Ports.Any(port => !port.IsUdp && !IPAddress.IsLoopback(port.Address));
            IEnumerable<string> names = Services.Where(service => service.Name.Length > 0).Select(service => $"host={service.Address}/{service.Name}").Distinct();
            return string.Join(',', [Choice.KernelWords, .. needsRouter ? (string[])["gw=10.0.2.2"] : [], .. names]);
        }
    }

    /// <summary>A file for all packets, in libpcap's format; <c>null</c> for none.</summary>
    public string? CapturePath { get; init; }

    /// <summary>Puts together what the user said: a published port or a capture needs a network, which is QEMU's own unless another is named.</summary>
    public static NetworkOptions Create(NetworkChoice? choice, IReadOnlyList<PublishedPort> ports, string? capturePath, IReadOnlyList<string>? allowed = null)
    {
        IReadOnlyList<AllowedService> services = AllowedService.ParseAll(allowed ?? []);
        NetworkChoice made = choice ?? (ports.Count > 0 || capturePath is not null || services.Count > 0 ? NetworkChoice.Closed : NetworkChoice.None);
        if (services.Count > 0 && made.Kind != NetworkKind.Closed)
        {
            throw new CliException(made.Kind == NetworkKind.None
                ? "--allow needs a network, and --net none says that there is none"
                : "--allow is for a machine that reaches nothing else; with --net it reaches what that network reaches");
        }

        if (ports.Count > 0 && made.Kind is not (NetworkKind.User or NetworkKind.Closed))
        {
            throw new CliException(made.Kind == NetworkKind.Tap
                ? "--publish is of no use with --net tap: the machine has an address of its own, at which its ports are"
                : "--publish needs a network, and --net none says that there is none");
        }

        if (capturePath is not null && made.Kind == NetworkKind.None)
        {
            throw new CliException("--pcap needs a network, and --net none says that there is none");
        }

        return new NetworkOptions { Choice = made, Ports = ports, Services = services, CapturePath = capturePath is null ? null : Path.GetFullPath(capturePath) };
    }

    /// <summary>Looks, before the machine starts, whether the host has what it needs.</summary>
    public void Check()
    {
        foreach (PublishedPort port in Ports)
        {
            if (Ports.Count(other => other.Host == port.Host && other.IsUdp == port.IsUdp && other.Address.Equals(port.Address)) > 1)
            {
                throw new CliException($"port {port} is published twice");
            }

            if (!port.TryTake(out string reason))
            {
                throw new CliException($"port {port} of the host cannot be used: {reason}");
            }
        }

        if (Choice.Kind == NetworkKind.Tap)
        {
            string place = Path.Combine("/sys/class/net", Choice.TapName);
            if (!Directory.Exists(place))
            {
                throw new CliException($"there is no network interface {Choice.TapName}; make one with: ip tuntap add {Choice.TapName} mode tap user $USER && ip link set {Choice.TapName} up");
            }

            if (!File.Exists(Path.Combine(place, "tun_flags")))
            {
                throw new CliException($"the network interface {Choice.TapName} is no tap");
            }
        }

        if (CapturePath is not null && Directory.Exists(CapturePath))
        {
            throw new CliException($"--pcap: {CapturePath} is a folder");
        }

        if (CapturePath is not null && !Directory.Exists(Path.GetDirectoryName(CapturePath)))
        {
            throw new CliException($"--pcap: there is no folder {Path.GetDirectoryName(CapturePath)}");
        }
    }
}
