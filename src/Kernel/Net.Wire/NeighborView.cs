using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Net.Wire;

/// <summary>A neighbour solicitation or advertisement, ICMPv6 header included (RFC 4861, 4.3 and 4.4).</summary>
public readonly ref struct NeighborView
{
    /// <summary>Bytes behind the ICMP header, with the one option that there is.</summary>
    public const int SolicitationBytes = 24;
    public const int AdvertisementBytes = 24;

    public const uint RouterFlag = 0x8000_0000;
    public const uint SolicitedFlag = 0x4000_0000;
    public const uint OverrideFlag = 0x2000_0000;

    private readonly ReadOnlySpan<byte> _bytes;

    private NeighborView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public IpAddress Target => IpAddress.ReadV6(_bytes[8..]);

    public bool IsRouter => (Flags & RouterFlag) != 0;

    public bool IsSolicited => (Flags & SolicitedFlag) != 0;

    public bool IsOverride => (Flags & OverrideFlag) != 0;

    /// <summary>The link address of who asks, or zero.</summary>
    public MacAddress SourceLink => LinkAddress(NdOption.SourceLinkAddress);

    /// <summary>The link address that is advertised, or zero.</summary>
    public MacAddress TargetLink => LinkAddress(NdOption.TargetLinkAddress);

    private uint Flags => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    public static bool TryParse(ReadOnlySpan<byte> bytes, out NeighborView view)
    {
        bool isWhole = bytes.Length >= 24 && NdOption.AreWhole(bytes[24..]) && !IpAddress.ReadV6(bytes[8..]).IsV4;
        view = isWhole ? new NeighborView(bytes) : default;
        return isWhole;
    }

    /// <summary>Writes what follows the ICMP header of a solicitation.</summary>
    public static void WriteSolicitation(Span<byte> body, IpAddress target, MacAddress source) => Write(body, target, NdOption.SourceLinkAddress, source);

    /// <summary>Writes what follows the ICMP header of an advertisement.</summary>
    public static void WriteAdvertisement(Span<byte> body, IpAddress target, MacAddress mac) => Write(body, target, NdOption.TargetLinkAddress, mac);

    private static void Write(Span<byte> body, IpAddress target, byte option, MacAddress mac)
    {
        target.WriteV6(body);
        body[16] = option;
        body[17] = 1;
        mac.Write(body[18..]);
    }

    private MacAddress LinkAddress(byte kind)
    {
        ReadOnlySpan<byte> rest = _bytes[24..];
        while (NdOption.TryTake(ref rest, out NdOption option))
        {
            if (option.Kind == kind && option.Value.Length == MacAddress.Bytes)
            {
                return MacAddress.Read(option.Value);
            }
        }

        return default;
    }
}
