using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Mote.Kernel.Net.Wire;

/// <summary>The header of an Ethernet II frame (IEEE 802.3, 3.2): destination, source, type.</summary>
public readonly ref struct EthernetView
{
    public const int HeaderBytes = 14;

    private readonly ReadOnlySpan<byte> _bytes;

    private EthernetView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public MacAddress Destination => MacAddress.Read(_bytes);

    public MacAddress Source => MacAddress.Read(_bytes[6..]);

    public ushort Type => BinaryPrimitives.ReadUInt16BigEndian(_bytes[12..]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out EthernetView view)
    {
        bool isWhole = bytes.Length >= HeaderBytes;
        view = isWhole ? new EthernetView(bytes[..HeaderBytes]) : default;
        return isWhole;
    }

    public static void Write(Span<byte> bytes, MacAddress destination, MacAddress source, ushort type)
    {
        bytes = bytes[..HeaderBytes];
        destination.Write(bytes);
        source.Write(bytes[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], type);
    }
}
