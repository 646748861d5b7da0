using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Net.Wire;

/// <summary>
/// The one's complement sum of 16-bit words (RFC 1071). Sums are kept unfolded in 64 bits, so parts can be added in any order as long as each starts at an even offset of
/// the whole; <see cref="Fold"/> ends it.
/// </summary>
public static class InternetChecksum
{
    /// <summary>Adds the bytes to the sum; an odd last byte counts as followed by zero.</summary>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        // Words of 32 bits in a sum of 64 bits do not carry out for 2^32 of them; a one's complement sum of wider words folds to the same (RFC 1071, 2.C).
        unchecked
        {
            while (bytes.Length >= 16)
            {
                ulong first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
                ulong second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
                sum += (first >> 32) + (first & 0xffff_ffff) + (second >> 32) + (second & 0xffff_ffff);
                bytes = bytes[16..];
            }

            while (bytes.Length >= 2)
            {
                sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
                bytes = bytes[2..];
            }

            if (bytes.Length == 1)
            {
                sum += (uint)bytes[0] << 8;
            }
        }

        return sum;
    }

    /// <summary>The 16-bit sum, not complemented.</summary>
    public static ushort Fold(ulong sum)
    {
        unchecked
        {
            sum = (sum & 0xffff_ffff) + (sum >> 32);
            sum = (sum & 0xffff) + (sum >> 16);
            sum = (sum & 0xffff) + (sum >> 16);
            sum = (sum & 0xffff) + (sum >> 16);
            return (ushort)sum;
        }
    }

    /// <summary>What goes into a header's checksum field.</summary>
    public static ushort Finish(ulong sum) => unchecked((ushort)~Fold(sum));

    public static ushort Of(ReadOnlySpan<byte> bytes) => Finish(Add(0, bytes));

    /// <summary>Whether bytes that contain their checksum are whole.</summary>
    public static bool IsValid(ulong sum) => Fold(sum) == 0xffff;

    /// <summary>Swaps the bytes of a part's sum that starts at an odd offset of the whole (RFC 1071, 2.B).</summary>
    public static ulong AtOddOffset(ulong sum)
    {
        ushort folded = Fold(sum);
        return unchecked((ushort)(folded << 8 | folded >> 8));
    }

    /// <summary>A checksum after one 16-bit word of what it covers has changed (RFC 1624, equation 3).</summary>
    public static ushort Update(ushort checksum, ushort before, ushort after) =>
        unchecked((ushort)~Fold((ulong)(ushort)~checksum + (ushort)~before + after));

    /// <summary>The sum of the pseudo header that TCP, UDP and ICMPv6 add (RFC 9293, 3.1; RFC 8200, 8.1). Both addresses are of one family.</summary>
    public static ulong PseudoHeader(IpAddress source, IpAddress destination, byte protocol, int length)
    {
        ulong sum = (ulong)protocol + (uint)length;
        return source.IsV4
            ? sum + source.V4 + destination.V4
            : sum + Halves(source.High) + Halves(source.Low) + Halves(destination.High) + Halves(destination.Low);
    }

    private static ulong Halves(ulong value) => (value >> 32) + (value & 0xffff_ffff);
}
