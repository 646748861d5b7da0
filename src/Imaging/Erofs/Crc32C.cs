using System;
using System.Numerics;

namespace Mote.Imaging.Erofs;

/// <summary>CRC-32C (Castagnoli) as EROFS uses it: started with all ones and not inverted at the end.</summary>
internal static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
