using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Net.Wire;

/// <summary>What stands between an IPv6 header and its upper-layer header (RFC 8200, 4). The default value says that the packet is to be dropped.</summary>
public readonly struct Ipv6Extensions
{
    /// <summary>More headers, or longer ones, than this are not looked through.</summary>
    public const int MaximumHeaders = 8;

    /// <summary>Whether an upper-layer header, or a fragment's part, was reached.</summary>
    public bool IsValid { get; private init; }

    /// <summary>The upper-layer protocol; of a fragment, what its header says comes next.</summary>
    public byte Protocol { get; private init; }

    /// <summary>Bytes of all extension headers, a fragment header included.</summary>
    public int Bytes { get; private init; }

    public bool IsFragment { get; private init; }

    public bool HasMoreFragments { get; private init; }

    public int FragmentOffset { get; private init; }

    public uint FragmentIdentification { get; private init; }

    /// <summary>Walks from the header behind the fixed one. <paramref name="bytes"/> is as much of the packet behind the fixed header as was read.</summary>
    public static Ipv6Extensions Read(byte nextHeader, ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        for (int i = 0; i < MaximumHeaders; i++)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            switch (nextHeader)
            {
                case IpProtocol.HopByHop when i == 0:
                case IpProtocol.DestinationOptions:
                    if (rest.Length < 8 || (rest[1] + 1) * 8 is int length && (length > rest.Length || !AreOptionsFine(rest[2..length])))
                    {
                        return default;
                    }

                    nextHeader = rest[0];
                    at += length;
                    break;
                case IpProtocol.Routing:
                    // With segments left it is for a router, or of the deprecated type 0 (RFC 5095).
                    if (rest.Length < 8 || rest[3] != 0 || (rest[1] + 1) * 8 is int routing && routing > rest.Length)
                    {
                        return default;
                    }

                    nextHeader = rest[0];
                    at += routing;
                    break;
                case IpProtocol.Fragment:
                    if (rest.Length < 8)
                    {
                        return default;
                    }

                    ushort word = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
                    return new Ipv6Extensions
                    {
                        IsValid = true,
                        Protocol = rest[0],
                        Bytes = at + 8,
                        IsFragment = true,
                        HasMoreFragments = (word & 1) != 0,
                        FragmentOffset = word & 0xfff8,
                        FragmentIdentification = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]),
                    };
                case IpProtocol.HopByHop:
                case IpProtocol.NoNextHeader:
                    return default;
                default:
                    return new Ipv6Extensions { IsValid = true, Protocol = nextHeader, Bytes = at };
            }
        }

        return default;
    }

    /// <summary>Writes a fragment header (RFC 8200, 4.5).</summary>
    public static void WriteFragment(Span<byte> bytes, byte nextHeader, int offset, bool hasMore, uint identification)
    {
        bytes[0] = nextHeader;
        bytes[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)(offset | (hasMore ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], identification);
    }

    /// <summary>Unknown options may be skipped only when the two highest bits of their type are zero (RFC 8200, 4.2).</summary>
    private static bool AreOptionsFine(ReadOnlySpan<byte> options)
    {
        while (!options.IsEmpty)
        {
            if (options[0] == 0)
            {
                options = options[1..];
                continue;
            }

            if (options.Length < 2 || options.Length < 2 + options[1] || (options[0] >> 6 != 0 && options[0] != 0xc2))
            {
                return false;
            }

            options = options[(2 + options[1])..];
        }

        return true;
    }
}
