using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Mote.Kernel.Net.Wire;

/// <summary>
/// An IPv4 or IPv6 address. IPv4 is kept in its mapped form ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so that one key serves both and a dual-stack socket needs no second case.
/// The default value is the unspecified IPv6 address.
/// </summary>
/// <param name="High">The first eight bytes, the first on the wire highest.</param>
/// <param name="Low">The last eight bytes.</param>
public readonly record struct IpAddress(ulong High, ulong Low)
{
    /// <summary>Bytes of an IPv4 address.</summary>
    public const int V4Bytes = 4;

    /// <summary>Bytes of an IPv6 address.</summary>
    public const int V6Bytes = 16;

    private const ulong MappedPrefix = 0xffff_0000_0000;

    public static IpAddress AnyV4 => FromV4(0);

    public static IpAddress AnyV6 => default;

    public static IpAddress LoopbackV4 => FromV4(0x7f00_0001);

    public static IpAddress LoopbackV6 => new(0, 1);

    public static IpAddress BroadcastV4 => FromV4(0xffff_ffff);

    /// <summary>ff02::1.</summary>
    public static IpAddress AllNodes => new(0xff02_0000_0000_0000, 1);

    /// <summary>ff02::2.</summary>
    public static IpAddress AllRouters => new(0xff02_0000_0000_0000, 2);

    /// <summary>224.0.0.1.</summary>
    public static IpAddress AllHostsV4 => FromV4(0xe000_0001);

    public bool IsV4
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => High == 0 && Low >> 32 == 0xffff;
    }

    /// <summary>The address as a number, of an IPv4 address.</summary>
    public uint V4 => unchecked((uint)Low);

    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsUnspecified => High == 0 && (Low == 0 || Low == MappedPrefix);

    /// <summary>127/8 or ::1.</summary>
    public bool IsLoopback
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsV4 ? V4 >> 24 == 127 : High == 0 && Low == 1;
    }

    /// <summary>224/4 or ff00::/8.</summary>
    public bool IsMulticast
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsV4 ? V4 >> 28 == 0xe : High >> 56 == 0xff;
    }

    /// <summary>255.255.255.255; that of a subnet is known to its interface.</summary>
    public bool IsLimitedBroadcast => IsV4 && V4 == 0xffff_ffff;

    /// <summary>169.254/16 or fe80::/10.</summary>
    public bool IsLinkLocal => IsV4 ? V4 >> 16 == 0xa9fe : High >> 54 == 0x3fa;

    /// <summary>fec0::/10 (RFC 3513, 2.5.6), which QEMU's user network has.</summary>
    public bool IsSiteLocal => !IsV4 && High >> 54 == 0x3fb;

    /// <summary>An address that no packet from the wire may have as its source: a group, or loopback (RFC 1122, 3.2.1.3).</summary>
    public bool IsMartianSource => IsV4 ? V4 >> 28 == 0xe || V4 >> 24 == 127 || V4 == uint.MaxValue : High >> 56 == 0xff || (High == 0 && Low == 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static IpAddress FromV4(uint address) => new(0, MappedPrefix | address);

    public static IpAddress FromV4(byte a, byte b, byte c, byte d) => FromV4((uint)a << 24 | (uint)b << 16 | (uint)c << 8 | d);

    /// <summary>Reads four bytes, which the caller has checked to be there.</summary>
    public static IpAddress ReadV4(ReadOnlySpan<byte> bytes) => FromV4(BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>Reads sixteen bytes, which the caller has checked to be there.</summary>
    public static IpAddress ReadV6(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public void WriteV4(Span<byte> bytes) => BinaryPrimitives.WriteUInt32BigEndian(bytes, V4);

    public void WriteV6(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
    }

    /// <summary>Whether both agree in their first bits; <paramref name="prefixLength"/> counts from the start of the family's own form (0 to 32, or to 128).</summary>
    public bool IsInPrefix(IpAddress prefix, int prefixLength)
    {
        if (IsV4 != prefix.IsV4)
        {
            return false;
        }

        int bits = IsV4 ? 96 + prefixLength : prefixLength;
        ulong high = bits >= 64 ? ulong.MaxValue : bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
        ulong low = bits <= 64 ? 0 : ulong.MaxValue << (128 - bits);
        return ((High ^ prefix.High) & high) == 0 && ((Low ^ prefix.Low) & low) == 0;
    }

    /// <summary>How many first bits both have in common, of 128.</summary>
    public int CommonBits(IpAddress other) =>
        High != other.High ? BitOperations.LeadingZeroCount(High ^ other.High) : 64 + BitOperations.LeadingZeroCount(Low ^ other.Low);

    /// <summary>The group to which neighbour solicitations for this address go, ff02::1:ffXX:XXXX (RFC 4291, 2.7.1).</summary>
    public IpAddress SolicitedNode => new(0xff02_0000_0000_0000, 0x1_ff00_0000 | (Low & 0xff_ffff));

    /// <summary>The address as people write it (RFC 5952).</summary>
    public override string ToString()
    {
        if (IsV4)
        {
            return $"{V4 >> 24}.{V4 >> 16 & 0xff}.{V4 >> 8 & 0xff}.{V4 & 0xff}";
        }

        Span<ushort> groups = stackalloc ushort[8];
        for (int i = 0; i < 8; i++)
        {
            groups[i] = (ushort)((i < 4 ? High : Low) >> (48 - (i % 4 * 16)) & 0xffff);
        }

        // The longest run of zeros, of at least two, is left out.
        int start = 0;
        int length = 1;
        for (int i = 0; i < 8; i++)
        {
            int end = i;
            while (end < 8 && groups[end] == 0)
            {
                end++;
            }

            if (end - i > length)
            {
                (start, length) = (i, end - i);
            }
        }

        System.Text.StringBuilder text = new();
        for (int i = 0; i < 8; i++)
        {
            if (length > 1 && i == start)
            {
                text.Append("::");
                i += length - 1;
                continue;
            }

            if (text.Length > 0 && text[^1] != ':')
            {
                text.Append(':');
            }

            text.Append(groups[i].ToString("x"));
        }

        return text.ToString();
    }
}
