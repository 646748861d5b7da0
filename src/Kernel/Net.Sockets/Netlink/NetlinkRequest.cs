using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;

namespace Mote.Kernel.Net.Sockets;

/// <summary>One message of a program: its header, then what it asks. The caller has checked that the header is whole.</summary>
internal readonly ref struct NetlinkRequest(ReadOnlySpan<byte> bytes, bool isStrict)
{
    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>Whether the socket asks for its filters to be kept and its errors to be told (NETLINK_GET_STRICT_CHK).</summary>
    public bool IsStrict { get; } = isStrict;

    public ushort Type => BinaryPrimitives.ReadUInt16LittleEndian(Bytes[4..]);

    public ushort Flags => BinaryPrimitives.ReadUInt16LittleEndian(Bytes[6..]);

    public uint Sequence => BinaryPrimitives.ReadUInt32LittleEndian(Bytes[8..]);

    public ReadOnlySpan<byte> Body => Bytes[NetlinkMessage.HeaderBytes..];

    /// <summary>The family, which is the first byte of every body.</summary>
    public AddressFamily Family => Body.IsEmpty ? AddressFamily.Unspecified : (AddressFamily)Body[0];

    public bool IsDump => (Flags & NetlinkMessage.Dump) == NetlinkMessage.Dump;

    /// <summary>Flags of the messages of the answer.</summary>
    public ushort AnswerFlags => IsDump ? NetlinkMessage.Multiple : (ushort)0;

    /// <summary>Whether the body is long enough for its fixed part.</summary>
    public bool HasFixed(int bytes) => Body.Length >= bytes;

    public int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(Body[at..]);

    /// <summary>The first attribute of a type, after a fixed part of <paramref name="fixedBytes"/>.</summary>
    public bool TryGet(int fixedBytes, ushort type, out ReadOnlySpan<byte> value) => TryFind(Body[Math.Min(fixedBytes, Body.Length)..], type, out value);

    public bool TryGetNumber(int fixedBytes, ushort type, out uint number)
    {
        bool isThere = TryGet(fixedBytes, type, out ReadOnlySpan<byte> value) && value.Length >= sizeof(uint);
        number = isThere ? BinaryPrimitives.ReadUInt32LittleEndian(value) : 0;
        return isThere;
    }

    /// <summary>The first attribute of a type among others (struct rtattr: length, type, value, padded to four); flags of nesting and byte order are not looked at.</summary>
    public static bool TryFind(ReadOnlySpan<byte> attributes, ushort type, out ReadOnlySpan<byte> value)
    {
        const int HeaderBytes = 4;
        const ushort TypeMask = 0x3fff;
        while (attributes.Length >= HeaderBytes)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(attributes);
            if (length < HeaderBytes || length > attributes.Length)
            {
                break;
            }

            if ((BinaryPrimitives.ReadUInt16LittleEndian(attributes[2..]) & TypeMask) == type)
            {
                value = attributes[HeaderBytes..length];
                return true;
            }

            attributes = attributes[Math.Min((length + 3) & ~3, attributes.Length)..];
        }

        value = default;
        return false;
    }

    /// <summary>A string's bytes without its NUL.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> value) => value.IndexOf((byte)0) is >= 0 and int end ? value[..end] : value;
}
