using System;

namespace Mote.Kernel.Net.Stack;

/// <summary>What a device does itself.</summary>
[Flags]
public enum NetDeviceFeatures
{
    None = 0,

    /// <summary>Completes partial checksums of packets that are sent.</summary>
    SendChecksum = 1,

    /// <summary>Cuts large TCP segments over IPv4.</summary>
    SegmentV4 = 2,

    /// <summary>Cuts large TCP segments over IPv6.</summary>
    SegmentV6 = 4,

    /// <summary>Says of received packets whether their checksum holds.</summary>
    ReceiveChecksum = 8,

    /// <summary>May give several received segments as one of up to 64 KB.</summary>
    Merges = 16,

    /// <summary>Has no link addresses and no neighbours: packets begin with the IP header. Packets to the machine itself.</summary>
    Loopback = 32,
}
