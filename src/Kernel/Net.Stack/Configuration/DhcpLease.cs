using System.Collections.Generic;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>What a DHCP server has given.</summary>
public sealed class DhcpLease
{
    public InterfaceAddress Address { get; internal set; }

    /// <summary>The default router, or unspecified.</summary>
    public IpAddress Router { get; internal set; } = IpAddress.AnyV4;

    public IpAddress Server { get; internal set; } = IpAddress.AnyV4;

    public IReadOnlyList<IpAddress> DnsServers { get; internal set; } = [];

    /// <summary>The machine's name and its domain as they came; checked to be letters, digits, dots and hyphens. Empty when there is none.</summary>
    public string HostName { get; internal set; } = "";

    public string DomainName { get; internal set; } = "";

    /// <summary>The largest packet, or zero.</summary>
    public int Mtu { get; internal set; }

    /// <summary>Seconds that it lasts; the largest number is for ever.</summary>
    public uint LeaseSeconds { get; internal set; }

    public uint RenewalSeconds { get; internal set; }

    public uint RebindingSeconds { get; internal set; }
}
