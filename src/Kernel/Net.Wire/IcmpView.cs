using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Net.Wire;

/// <summary>The first eight bytes of an ICMP message, of version 4 or 6 (RFC 792; RFC 4443, 2.1); what they mean is the type's business.</summary>
public readonly ref struct IcmpView
{
    public const int HeaderBytes = 8;

    /// <summary>Where the checksum lies in the header.</summary>
    public const int ChecksumOffset = 2;

    private readonly ReadOnlySpan<byte> _bytes;

    private IcmpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>See <see cref="IcmpType"/>.</summary>
    public byte Type => _bytes[0];

    public byte Code => _bytes[1];

    /// <summary>Of an echo: which endpoint it is of.</summary>
    public ushort Identifier => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);

    /// <summary>Of an echo: which of the endpoint's it is.</summary>
    public ushort EchoSequence => BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    /// <summary>Of ICMPv4's "fragmentation needed": the next hop's MTU, or zero from an old router (RFC 1191, 4).</summary>
    public ushort NextHopMtu => BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    /// <summary>Of ICMPv6's "packet too big": the next hop's MTU (RFC 4443, 3.2).</summary>
    public uint PacketTooBigMtu => Rest;

    /// <summary>The four bytes behind the checksum, which each type has its own use for.</summary>
    public uint Rest => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    public static bool TryParse(ReadOnlySpan<byte> bytes, out IcmpView view)
    {
        bool isWhole = bytes.Length >= HeaderBytes;
        view = isWhole ? new IcmpView(bytes[..HeaderBytes]) : default;
        return isWhole;
    }

    /// <summary>Writes the header with a checksum of zero. <paramref name="rest"/> is its second word.</summary>
    public static void Write(Span<byte> bytes, byte type, byte code, uint rest)
    {
        bytes[0] = type;
        bytes[1] = code;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], rest);
    }
}
