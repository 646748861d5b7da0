using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>How packets to a range of addresses leave.</summary>
/// <param name="Destination">The range's first address; <see cref="IpAddress.AnyV4"/> or <see cref="IpAddress.AnyV6"/> with a length of zero is the default route.</param>
/// <param name="PrefixLength">Its length in bits, of 32 or 128.</param>
/// <param name="Gateway">The router; unspecified when the range is on the link.</param>
/// <param name="Interface">By which interface.</param>
/// <param name="Metric">Of routes of equal length the lowest is taken.</param>
public sealed record Route(IpAddress Destination, int PrefixLength, IpAddress Gateway, NetInterface Interface, int Metric = 0)
{
    /// <summary>The source address of packets that have none yet; unspecified to choose one of the interface's.</summary>
    public IpAddress Source { get; init; }

    /// <summary>Who made it.</summary>
    public RouteOrigin Origin { get; init; } = RouteOrigin.Kernel;

    /// <summary>When it ends, of one that was advertised.</summary>
    public Machine.Instant ValidUntil { get; init; } = Machine.Instant.Never;
}
