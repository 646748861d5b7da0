namespace Mote.Kernel.Drivers.Virtio;

/// <summary>Feature bits of a network device (VIRTIO 1.2, 5.1.3).</summary>
internal static class NetworkFeatures
{
    /// <summary>The device completes checksums of packets that are sent.</summary>
    public const ulong Checksum = 1UL << 0;

    /// <summary>The driver takes packets whose checksum is not complete.</summary>
    public const ulong GuestChecksum = 1UL << 1;
    public const ulong Mtu = 1UL << 3;
    public const ulong Mac = 1UL << 5;

    /// <summary>The driver takes several segments as one packet, over IPv4 and over IPv6.</summary>
    public const ulong GuestSegments4 = 1UL << 7;
    public const ulong GuestSegments6 = 1UL << 8;

    /// <summary>The device cuts large segments, over IPv4 and over IPv6.</summary>
    public const ulong HostSegments4 = 1UL << 11;
    public const ulong HostSegments6 = 1UL << 12;

    /// <summary>A received packet may take several buffers.</summary>
    public const ulong MergeableBuffers = 1UL << 15;

    /// <summary>The configuration says whether the link is up.</summary>
    public const ulong Status = 1UL << 16;
    public const ulong ControlQueue = 1UL << 17;

    /// <summary>What is received can be chosen by the control queue.</summary>
    public const ulong ControlReceive = 1UL << 18;
}
