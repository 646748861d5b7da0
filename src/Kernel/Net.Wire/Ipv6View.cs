using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Net.Wire;

/// <summary>The fixed header of an IPv6 packet (RFC 8200, 3). What follows it is read by <see cref="Ipv6Extensions"/>.</summary>
public readonly ref struct Ipv6View
{
    public const int HeaderBytes = 40;

    private readonly ReadOnlySpan<byte> _bytes;

    private Ipv6View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte TrafficClass => (byte)(BinaryPrimitives.ReadUInt16BigEndian(_bytes) >> 4 & 0xff);

    public uint FlowLabel => BinaryPrimitives.ReadUInt32BigEndian(_bytes) & 0xf_ffff;

    /// <summary>Bytes behind this header, extension headers included.</summary>
    public int PayloadBytes => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);

    public byte NextHeader => _bytes[6];

    public byte HopLimit => _bytes[7];

    public IpAddress Source => IpAddress.ReadV6(_bytes[8..]);

    public IpAddress Destination => IpAddress.ReadV6(_bytes[24..]);

    /// <summary><paramref name="bytes"/> is the packet's beginning; <paramref name="packetBytes"/> is how long the packet can be, padding of the frame included.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, int packetBytes, out Ipv6View view)
    {
        view = default;

        // An IPv4-mapped address never appears on the wire (RFC 4942, 2.2): it would pass for an IPv4 peer.
        if (bytes.Length < HeaderBytes || bytes[0] >> 4 != 6 || HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) > packetBytes
            || IpAddress.ReadV6(bytes[8..]).IsV4 || IpAddress.ReadV6(bytes[24..]).IsV4)
        {
            return false;
        }

        view = new Ipv6View(bytes[..HeaderBytes]);
        return true;
    }

    /// <summary>Reads the header that an ICMPv6 error quotes.</summary>
    public static bool TryParseQuoted(ReadOnlySpan<byte> bytes, out Ipv6View view) => TryParse(bytes, int.MaxValue, out view);

    public static void Write(Span<byte> bytes, IpAddress source, IpAddress destination, byte nextHeader, int payloadBytes, byte hopLimit, byte trafficClass, uint flowLabel)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 0x6000_0000 | (uint)trafficClass << 20 | (flowLabel & 0xf_ffff));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)payloadBytes);
        bytes[6] = nextHeader;
        bytes[7] = hopLimit;
        source.WriteV6(bytes[8..]);
        destination.WriteV6(bytes[24..]);
    }
}
