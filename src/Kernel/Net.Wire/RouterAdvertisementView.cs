using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Net.Wire;

/// <summary>A router advertisement, ICMPv6 header included (RFC 4861, 4.2).</summary>
public readonly ref struct RouterAdvertisementView
{
    public const int FixedBytes = 16;

    private readonly ReadOnlySpan<byte> _bytes;

    private RouterAdvertisementView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The hop limit for packets, or zero.</summary>
    public byte HopLimit => _bytes[4];

    /// <summary>How long the router is a default router, seconds; zero for not.</summary>
    public ushort RouterLifetime => BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    /// <summary>The options, to be taken off by <see cref="NdOption.TryTake"/>.</summary>
    public ReadOnlySpan<byte> Options => _bytes[FixedBytes..];

    public static bool TryParse(ReadOnlySpan<byte> bytes, out RouterAdvertisementView view)
    {
        bool isWhole = bytes.Length >= FixedBytes && NdOption.AreWhole(bytes[FixedBytes..]);
        view = isWhole ? new RouterAdvertisementView(bytes) : default;
        return isWhole;
    }
}
