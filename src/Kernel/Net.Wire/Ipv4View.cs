using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Mote.Kernel.Net.Wire;

/// <summary>The header of an IPv4 packet, options included (RFC 791, 3.1).</summary>
public readonly ref struct Ipv4View
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinimumBytes = 20;

    /// <summary>Bytes of the longest header.</summary>
    public const int MaximumBytes = 60;

    private const ushort DontFragmentBit = 0x4000;
    private const ushort MoreFragmentsBit = 0x2000;

    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>What every header has: a slice of known length, so that the fields need no checks of their own.</summary>
    private readonly ReadOnlySpan<byte> _fixed;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Ipv4View(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _fixed = bytes[..MinimumBytes];
    }

    public int HeaderBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => unchecked((_fixed[0] & 0xf) * 4);
    }

    public byte TypeOfService => _fixed[1];

    /// <summary>Bytes of the packet, header included; what follows in the frame is padding.</summary>
    public int TotalBytes => BinaryPrimitives.ReadUInt16BigEndian(_fixed[2..]);

    public ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(_fixed[4..]);

    public bool DontFragment => (BinaryPrimitives.ReadUInt16BigEndian(_fixed[6..]) & DontFragmentBit) != 0;

    public bool HasMoreFragments => (BinaryPrimitives.ReadUInt16BigEndian(_fixed[6..]) & MoreFragmentsBit) != 0;

    /// <summary>Where the payload lies in the unfragmented packet's, bytes.</summary>
    public int FragmentOffset => (BinaryPrimitives.ReadUInt16BigEndian(_fixed[6..]) & 0x1fff) * 8;

    public bool IsFragment
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (BinaryPrimitives.ReadUInt16BigEndian(_fixed[6..]) & (MoreFragmentsBit | 0x1fff)) != 0;
    }

    public byte TimeToLive => _fixed[8];

    public byte Protocol => _fixed[9];

    public IpAddress Source => IpAddress.ReadV4(_fixed[12..]);

    public IpAddress Destination => IpAddress.ReadV4(_fixed[16..]);

    public ReadOnlySpan<byte> Options => _bytes[MinimumBytes..HeaderBytes];

    /// <summary>
    /// Checks version, lengths and checksum. <paramref name="bytes"/> is the packet's beginning with at least its header; <paramref name="packetBytes"/> is how long the packet
    /// can be, padding of the frame included.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, int packetBytes, out Ipv4View view)
    {
        view = default;
        if (bytes.Length < MinimumBytes || bytes[0] >> 4 != 4)
        {
            return false;
        }

        int header = unchecked((bytes[0] & 0xf) * 4);
        int total = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (header < MinimumBytes || header > bytes.Length || total < header || total > packetBytes ||
            !InternetChecksum.IsValid(header == MinimumBytes ? InternetChecksum.OfHeader20(bytes) : InternetChecksum.Add(0, bytes[..header])))
        {
            return false;
        }

        view = new Ipv4View(bytes[..header]);
        return true;
    }

    /// <summary>Reads the header that an ICMP error quotes: neither its total length nor its checksum need be as they were sent (RFC 1812, 4.3.2.3).</summary>
    public static bool TryParseQuoted(ReadOnlySpan<byte> bytes, out Ipv4View view)
    {
        view = default;
        if (bytes.Length < MinimumBytes || bytes[0] >> 4 != 4 || (bytes[0] & 0xf) * 4 is int header && (header < MinimumBytes || header > bytes.Length))
        {
            return false;
        }

        view = new Ipv4View(bytes[..header]);
        return true;
    }

    /// <summary>Writes a header without options and its checksum. <paramref name="fragment"/> is the flags and the offset as on the wire.</summary>
    public static void Write(
        Span<byte> bytes, IpAddress source, IpAddress destination, byte protocol, int totalBytes, byte timeToLive, byte typeOfService, ushort identification, ushort fragment)
    {
        bytes = bytes[..MinimumBytes];
        bytes[0] = 0x45;
        bytes[1] = typeOfService;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)totalBytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], identification);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], fragment);
        bytes[8] = timeToLive;
        bytes[9] = protocol;
        bytes[10] = 0;
        bytes[11] = 0;
        source.WriteV4(bytes[12..]);
        destination.WriteV4(bytes[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[10..], InternetChecksum.Finish(InternetChecksum.OfHeader20(bytes)));
    }

    /// <summary>The word of flags and offset: a multiple of eight bytes.</summary>
    public static ushort FragmentWord(int offset, bool hasMore) => (ushort)(offset / 8 | (hasMore ? MoreFragmentsBit : 0));

    /// <summary>The word of flags and offset of a packet that routers must not fragment.</summary>
    public static ushort DontFragmentWord => DontFragmentBit;
}
