using System;
using System.Buffers.Binary;

namespace Mote.Machine;

/// <summary>
/// Hyper-V's reference page (functional specification, 12.7.2): tenths of microseconds = (counter * scale >> 64) + offset, as long as its
/// sequence is not zero.
/// </summary>
public static class ReferencePage
{
    /// <summary>Length of what is read: sequence, reserved, scale, offset.</summary>
    public const int Bytes = 24;

    private const int ScaleOffset = 8;
    private const int NanosecondsATick = 100;
    private const ulong Giga = 1_000_000_000;

    /// <summary>
    /// Nanoseconds a count, times 2^<see cref="Clock.Shift"/>. False when the page does not count, and when no counter can have this rate.
    /// </summary>
    public static bool TryReadRate(ReadOnlySpan<byte> page, out ulong multiplier)
    {
        uint sequence = BinaryPrimitives.ReadUInt32LittleEndian(page);
        UInt128 scale = (UInt128)BinaryPrimitives.ReadUInt64LittleEndian(page[ScaleOffset..]) * NanosecondsATick;
        multiplier = (ulong)(scale >> (64 - Clock.Shift));
        if (sequence is 0 or uint.MaxValue || multiplier == 0 || !CounterRate.IsPlausible((Giga << Clock.Shift) / multiplier))
        {
            multiplier = 0;
            return false;
        }

        return true;
    }
}
