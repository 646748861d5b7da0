using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Net.Wire;

/// <summary>An ARP packet for IPv4 on Ethernet (RFC 826).</summary>
public readonly ref struct ArpView
{
    public const int Bytes = 28;
    public const ushort Request = 1;
    public const ushort Reply = 2;

    private readonly ReadOnlySpan<byte> _bytes;

    private ArpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary><see cref="Request"/> or <see cref="Reply"/>.</summary>
    public ushort Operation => BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    public MacAddress SenderMac => MacAddress.Read(_bytes[8..]);

    public IpAddress SenderIp => IpAddress.ReadV4(_bytes[14..]);

    public MacAddress TargetMac => MacAddress.Read(_bytes[18..]);

    public IpAddress TargetIp => IpAddress.ReadV4(_bytes[24..]);

    /// <summary>False for other hardware or protocols than Ethernet and IPv4, and other operations than the two.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ArpView view)
    {
        view = default;
        if (bytes.Length < Bytes || BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16 != 0x0001_0800_0604)
        {
            return false;
        }

        view = new ArpView(bytes);
        return view.Operation is Request or Reply;
    }

    public static void Write(Span<byte> bytes, ushort operation, MacAddress senderMac, IpAddress senderIp, MacAddress targetMac, IpAddress targetIp)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, 0x0001_0800_0604_0000UL | operation);
        senderMac.Write(bytes[8..]);
        senderIp.WriteV4(bytes[14..]);
        targetMac.Write(bytes[18..]);
        targetIp.WriteV4(bytes[24..]);
    }
}
