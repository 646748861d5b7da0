using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Net.Wire;

/// <summary>The header of a UDP datagram (RFC 768).</summary>
public readonly ref struct UdpView
{
    public const int HeaderBytes = 8;

    /// <summary>Where the checksum lies in the header.</summary>
    public const int ChecksumOffset = 6;

    private readonly ReadOnlySpan<byte> _bytes;

    private UdpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>Bytes of header and data.</summary>
    public int Length => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);

    /// <summary>Zero when the sender made none, which IPv4 allows.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    /// <summary><paramref name="payloadBytes"/> is what the IP packet carries.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, int payloadBytes, out UdpView view)
    {
        view = default;
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) is ushort length && (length < HeaderBytes || length > payloadBytes))
        {
            return false;
        }

        view = new UdpView(bytes[..HeaderBytes]);
        return true;
    }

    /// <summary>The ports that an ICMP error quotes; it need not quote more than eight bytes.</summary>
    public static bool TryParseQuoted(ReadOnlySpan<byte> bytes, out UdpView view)
    {
        bool isWhole = bytes.Length >= HeaderBytes;
        view = isWhole ? new UdpView(bytes[..HeaderBytes]) : default;
        return isWhole;
    }

    public static void Write(Span<byte> bytes, ushort sourcePort, ushort destinationPort, int length, ushort checksum)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], checksum);
    }
}
