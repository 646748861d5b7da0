using System;
using Mote.Kernel.Net.Stack;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// The features of an interface as ethtool(8) lists them: NETIF_F_ bits of linux/netdev_features.h with their names in Linux 6.1. None can
/// be changed.
/// </summary>
internal static class EthtoolFeatures
{
    /// <summary>ETH_GSTRING_LEN.</summary>
    public const int NameBytes = 32;

    /// <summary>Bits that Linux never lets change.</summary>
    public const ulong NeverChanging = NoVlans | Lockless | Local;

    private const ulong ScatterGather = 1 << 0;
    private const ulong Checksum = 1 << 3;
    private const ulong HighMemory = 1 << 5;
    private const ulong FragmentLists = 1 << 6;
    private const ulong NoVlans = 1 << 10;
    private const ulong Generic = 1 << 11;
    private const ulong Lockless = 1 << 12;
    private const ulong Local = 1 << 13;
    private const ulong Merging = 1 << 14;
    private const ulong Segments = 1 << 16;
    private const ulong SegmentsWithCongestion = 1 << 18;
    private const ulong SegmentsWithAnyId = 1 << 19;
    private const ulong Segments6 = 1 << 20;
    private const ulong SctpSegments = 1 << 30;
    private const ulong DatagramSegments = 1UL << 33;
    private const ulong SegmentLists = 1UL << 34;
    private const ulong SctpChecksum = 1UL << 36;
    private const ulong ReceiveChecksum = 1UL << 40;
    private const ulong Loops = 1UL << 42;
    private const ulong AllSegments = Segments | SegmentsWithCongestion | SegmentsWithAnyId | Segments6;

    private static readonly string[] s_names =
    [
        "tx-scatter-gather", "tx-checksum-ipv4", "", "tx-checksum-ip-generic", "tx-checksum-ipv6", "highdma",
        "tx-scatter-gather-fraglist", "tx-vlan-hw-insert",
        "rx-vlan-hw-parse", "rx-vlan-filter", "vlan-challenged", "tx-generic-segmentation", "tx-lockless", "netns-local", "rx-gro",
        "rx-lro",
        "tx-tcp-segmentation", "tx-gso-robust", "tx-tcp-ecn-segmentation", "tx-tcp-mangleid-segmentation", "tx-tcp6-segmentation",
        "tx-fcoe-segmentation",
        "tx-gre-segmentation", "tx-gre-csum-segmentation", "tx-ipxip4-segmentation", "tx-ipxip6-segmentation", "tx-udp_tnl-segmentation",
        "tx-udp_tnl-csum-segmentation", "tx-gso-partial", "tx-tunnel-remcsum-segmentation", "tx-sctp-segmentation", "tx-esp-segmentation",
        "",
        "tx-udp-segmentation", "tx-gso-list", "tx-checksum-fcoe-crc", "tx-checksum-sctp", "fcoe-mtu", "rx-ntuple-filter", "rx-hashing",
        "rx-checksum",
        "tx-nocache-copy", "loopback", "rx-fcs", "rx-all", "tx-vlan-stag-hw-insert", "rx-vlan-stag-hw-parse", "rx-vlan-stag-filter",
        "l2-fwd-offload",
        "hw-tc-offload", "esp-hw-offload", "esp-tx-csum-hw-offload", "rx-udp_tunnel-port-offload", "tls-hw-tx-offload",
        "tls-hw-rx-offload", "rx-gro-hw",
        "tls-hw-record", "rx-gro-list", "macsec-hw-offload", "rx-udp-gro-forwarding", "hsr-tag-ins-offload", "hsr-tag-rm-offload",
        "hsr-fwd-offload",
        "hsr-dup-offload",
    ];

    /// <summary>The names in the order of the bits.</summary>
    public static ReadOnlySpan<string> Names => s_names;

    /// <summary>What is in use.</summary>
    public static ulong ActiveOf(NetInterface of)
    {
        if (of.IsLoopback)
        {
            return ScatterGather | Checksum | HighMemory | FragmentLists | NoVlans | Generic | Lockless | Local | Merging | AllSegments
                | SctpSegments | DatagramSegments
                | SegmentLists | SctpChecksum | ReceiveChecksum | Loops;
        }

        NetDeviceFeatures has = of.Device.Features;
        return HighMemory
            | ((has & NetDeviceFeatures.SendChecksum) != 0 ? ScatterGather | Checksum | Generic : 0)
            | ((has & NetDeviceFeatures.SegmentV4) != 0 ? Segments : 0)
            | ((has & NetDeviceFeatures.SegmentV6) != 0 ? Segments6 : 0)
            | ((has & NetDeviceFeatures.ReceiveChecksum) != 0 ? ReceiveChecksum : 0)
            | ((has & NetDeviceFeatures.Merges) != 0 ? Merging : 0);
    }

    /// <summary>
    /// Whether checksums, pieces or segments are left to the interface, as the requests have it that are older than <see cref="ActiveOf"/>.
    /// </summary>
    public static bool Has(NetInterface of, EthtoolCommand command) => (ActiveOf(of) & command switch
    {
        EthtoolCommand.ReceiveChecksum => ReceiveChecksum,
        EthtoolCommand.SendChecksum => Checksum,
        EthtoolCommand.ScatterGather => ScatterGather,
        EthtoolCommand.Segmentation => AllSegments,
        EthtoolCommand.GenericSegmentation => Generic,
        EthtoolCommand.Merging => Merging,
        _ => 0UL,
    }) != 0;
}
