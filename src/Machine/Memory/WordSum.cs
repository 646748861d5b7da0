using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>
/// The sum of little-endian words, of 32 bits and at the end of 16, of which a one's complement sum of 16-bit words can be folded (RFC 1071, 2.A to 2.C): what a checksum needs of bytes that
/// lie in a frame, without taking them out of it. 2^32 words do not carry out of its 64 bits.
/// </summary>
public static class WordSum
{
    /// <summary>The sum of the bytes; an odd last one counts as followed by zero.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            ulong sum = 0;
            while (bytes.Length >= 32)
            {
                // A slice of known length, so that its parts need no checks of their own.
                ReadOnlySpan<byte> block = bytes[..32];
                sum += OfEight(block) + OfEight(block[8..]) + OfEight(block[16..]) + OfEight(block[24..]);
                bytes = bytes[32..];
            }

            if (bytes.Length >= 16)
            {
                ReadOnlySpan<byte> block = bytes[..16];
                sum += OfEight(block) + OfEight(block[8..]);
                bytes = bytes[16..];
            }

            if (bytes.Length >= 8)
            {
                sum += OfEight(bytes);
                bytes = bytes[8..];
            }

            if (bytes.Length >= 4)
            {
                sum += BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                bytes = bytes[4..];
            }

            if (bytes.Length >= 2)
            {
                sum += BinaryPrimitives.ReadUInt16LittleEndian(bytes);
                bytes = bytes[2..];
            }

            return bytes.Length == 1 ? sum + bytes[0] : sum;
        }
    }

    /// <summary>The sum of the first eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfEight(ReadOnlySpan<byte> bytes)
    {
        ulong words = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return unchecked((words >> 32) + (uint)words);
    }
}
