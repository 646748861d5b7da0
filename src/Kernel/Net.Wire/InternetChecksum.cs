using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Net.Wire;

/// <summary>
/// The one's complement sum of 16-bit words (RFC 1071). Sums are kept unfolded in 64 bits, so parts can be added in any order as long as each starts at an even offset of
/// the whole; <see cref="Fold"/> ends it.
/// </summary>
public static class InternetChecksum
{
    /// <summary>Adds the bytes to the sum; an odd last byte counts as followed by zero.</summary>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> bytes) => unchecked(sum + OfWords(WordSum.Of(bytes)));

    /// <summary>The sum of bytes of which that of their little-endian words is known: words whose bytes are swapped fold to the same once the sum's own bytes are (RFC 1071, 2.B).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfWords(ulong words) => BinaryPrimitives.ReverseEndianness(Fold(words));

    /// <summary>The sum of a header of 20 bytes: IPv4's without options.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfHeader20(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> header = bytes[..20];
        return OfWords(unchecked(WordSum.OfEight(header) + WordSum.OfEight(header[8..]) + BinaryPrimitives.ReadUInt32LittleEndian(header[16..])));
    }

    /// <summary>The 16-bit sum, not complemented.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Fold(ulong sum)
    {
        unchecked
        {
            // A carry out of the upper half comes in again below.
            sum += BitOperations.RotateLeft(sum, 32);
            uint half = (uint)(sum >> 32);
            half += BitOperations.RotateLeft(half, 16);
            return (ushort)(half >> 16);
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PseudoHeader(IpAddress source, IpAddress destination, byte protocol, int length)
    {
        unchecked
        {
            ulong sum = protocol + (ulong)(uint)length;
            return source.IsV4
                ? sum + source.V4 + destination.V4
                : sum + Halves(source.High) + Halves(source.Low) + Halves(destination.High) + Halves(destination.Low);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Halves(ulong value) => unchecked((value >> 32) + (uint)value);
}
