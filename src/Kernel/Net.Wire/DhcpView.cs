using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Net.Wire;

/// <summary>A DHCPv4 message from a server (RFC 2131, 2; options RFC 2132). Options in the overloaded name fields are not looked for.</summary>
public readonly ref struct DhcpView
{
    public const ushort ClientPort = 68;
    public const ushort ServerPort = 67;

    /// <summary>Bytes before the options, the cookie included.</summary>
    public const int FixedBytes = 240;

    public const byte SubnetMaskOption = 1;
    public const byte RouterOption = 3;
    public const byte DnsOption = 6;
    public const byte HostNameOption = 12;
    public const byte DomainNameOption = 15;
    public const byte MtuOption = 26;
    public const byte RequestedAddressOption = 50;
    public const byte LeaseTimeOption = 51;
    public const byte MessageTypeOption = 53;
    public const byte ServerOption = 54;
    public const byte ParameterListOption = 55;
    public const byte MaximumSizeOption = 57;
    public const byte RenewalTimeOption = 58;
    public const byte RebindingTimeOption = 59;
    public const byte ClientIdOption = 61;

    private const uint Cookie = 0x6382_5363;

    private readonly ReadOnlySpan<byte> _bytes;

    private DhcpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public uint Transaction => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>The address that is offered or given ("yiaddr").</summary>
    public IpAddress YourAddress => IpAddress.ReadV4(_bytes[16..]);

    public MacAddress ClientMac => MacAddress.Read(_bytes[28..]);

    public DhcpMessageType Type => TryFind(MessageTypeOption, out ReadOnlySpan<byte> value) && value.Length == 1 ? (DhcpMessageType)value[0] : DhcpMessageType.None;

    /// <summary>False for what is no answer to an Ethernet client, or has no cookie.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out DhcpView view)
    {
        bool isFine = bytes.Length >= FixedBytes && bytes[0] == 2 && bytes[1] == 1 && bytes[2] == 6 && BinaryPrimitives.ReadUInt32BigEndian(bytes[236..]) == Cookie;
        view = isFine ? new DhcpView(bytes) : default;
        return isFine;
    }

    /// <summary>An option's value; the first of its kind.</summary>
    public bool TryFind(byte kind, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> rest = _bytes[FixedBytes..];
        while (!rest.IsEmpty && rest[0] != 255)
        {
            if (rest[0] == 0)
            {
                rest = rest[1..];
                continue;
            }

            if (rest.Length < 2 || rest.Length < 2 + rest[1])
            {
                break;
            }

            if (rest[0] == kind)
            {
                value = rest.Slice(2, rest[1]);
                return true;
            }

            rest = rest[(2 + rest[1])..];
        }

        value = default;
        return false;
    }

    /// <summary>An option that is one address, or a list of which the first is taken.</summary>
    public bool TryFindAddress(byte kind, out IpAddress address)
    {
        bool isThere = TryFind(kind, out ReadOnlySpan<byte> value) && value.Length >= IpAddress.V4Bytes;
        address = isThere ? IpAddress.ReadV4(value) : IpAddress.AnyV4;
        return isThere;
    }

    /// <summary>An option that is a number of four bytes.</summary>
    public bool TryFindNumber(byte kind, out uint number)
    {
        bool isThere = TryFind(kind, out ReadOnlySpan<byte> value) && value.Length == sizeof(uint);
        number = isThere ? BinaryPrimitives.ReadUInt32BigEndian(value) : 0;
        return isThere;
    }

    /// <summary>Writes what comes before the options of a message of a client. <paramref name="client"/> is the address the client has, or unspecified.</summary>
    public static void WriteFixed(Span<byte> bytes, uint transaction, ushort seconds, IpAddress client, MacAddress mac)
    {
        bytes[..FixedBytes].Clear();
        bytes[0] = 1;
        bytes[1] = 1;
        bytes[2] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], transaction);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[8..], seconds);
        client.WriteV4(bytes[12..]);
        mac.Write(bytes[28..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[236..], Cookie);
    }

    /// <summary>Writes an option; returns what is behind it.</summary>
    public static Span<byte> WriteOption(Span<byte> bytes, byte kind, ReadOnlySpan<byte> value)
    {
        bytes[0] = kind;
        bytes[1] = (byte)value.Length;
        value.CopyTo(bytes[2..]);
        return bytes[(2 + value.Length)..];
    }
}
