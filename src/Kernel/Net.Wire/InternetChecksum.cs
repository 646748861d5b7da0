using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

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
        // Words of 32 bits in a sum of 64 bits do not carry out for 2^32 of them; a one's complement sum of wider words folds to the same, and so does one of words whose bytes are swapped, once
        // its own are (RFC 1071, 2.B and 2.C).
        unchecked
        {
            ulong swapped = 0;
            while (bytes.Length >= 32)
            {
                // A slice of known length, so that its parts need no checks of their own.
                ReadOnlySpan<byte> block = bytes[..32];
                swapped += Halves(BinaryPrimitives.ReadUInt64LittleEndian(block)) + Halves(BinaryPrimitives.ReadUInt64LittleEndian(block[8..])) +
                    Halves(BinaryPrimitives.ReadUInt64LittleEndian(block[16..])) + Halves(BinaryPrimitives.ReadUInt64LittleEndian(block[24..]));
                bytes = bytes[32..];
            }

            if (bytes.Length >= 16)
            {
                ReadOnlySpan<byte> block = bytes[..16];
                swapped += Halves(BinaryPrimitives.ReadUInt64LittleEndian(block)) + Halves(BinaryPrimitives.ReadUInt64LittleEndian(block[8..]));
                bytes = bytes[16..];
            }

            if (bytes.Length >= 8)
            {
                swapped += Halves(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
                bytes = bytes[8..];
            }

            if (bytes.Length >= 4)
            {
                swapped += BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                bytes = bytes[4..];
            }

            if (bytes.Length >= 2)
            {
                swapped += BinaryPrimitives.ReadUInt16LittleEndian(bytes);
                bytes = bytes[2..];
            }

            if (bytes.Length == 1)
            {
                swapped += bytes[0];
            }

            return sum + BinaryPrimitives.ReverseEndianness(Fold(swapped));
        }
    }

    /// <summary>The sum of a header of 20 bytes: IPv4's without options.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfHeader20(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            ReadOnlySpan<byte> header = bytes[..20];
            ulong swapped = Halves(BinaryPrimitives.ReadUInt64LittleEndian(header)) + Halves(BinaryPrimitives.ReadUInt64LittleEndian(header[8..])) + BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
            return BinaryPrimitives.ReverseEndianness(Fold(swapped));
        }
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
