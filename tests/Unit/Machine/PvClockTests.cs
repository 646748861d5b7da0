using System;
using System.Buffers.Binary;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Machine;

public sealed class PvClockTests
{
    private const ulong TwoAndAHalfGhz = 2_500_000_000;

    [Theory]
    [InlineData(3_435_973_836u, -1)] // 2.5 GHz, as KVM has it: the factor's highest bit is set
    [InlineData(1_717_986_918u, 0)]
    public void The_scale_is_taken_as_it_is(uint factor, int shift)
    {
        Assert.True(PvClock.TryReadRate(Clock(2, factor, shift), out ulong multiplier));
        ulong frequency = (1_000_000_000UL << 32) / multiplier;
        Assert.InRange(frequency, TwoAndAHalfGhz - 10, TwoAndAHalfGhz + 10);
    }

    [Theory]
    [InlineData(0u, 3_435_973_836u, -1)] // nobody has written it
    [InlineData(3u, 3_435_973_836u, -1)] // somebody is writing it
    [InlineData(2u, 0u, 0)] // no rate
    [InlineData(2u, 1u, 0)] // too fast
    [InlineData(2u, 3_435_973_836u, -16)]
    [InlineData(2u, 3_435_973_836u, 16)] // too slow
    [InlineData(2u, 3_435_973_836u, -128)] // no shift
    [InlineData(2u, 3_435_973_836u, 127)]
    public void What_cannot_be_is_not_believed(uint version, uint factor, int shift)
    {
        Assert.False(PvClock.TryReadRate(Clock(version, factor, shift), out ulong multiplier));
        Assert.Equal(0UL, multiplier);
    }

    [Fact]
    public void Any_bytes_are_survived()
    {
        Random random = new(22);
        byte[] clock = new byte[PvClock.Bytes];
        for (int i = 0; i < 10_000; i++)
        {
            random.NextBytes(clock);
            if (PvClock.TryReadRate(clock, out ulong multiplier))
            {
                Assert.True(PvClock.IsPlausible((1_000_000_000UL << 32) / multiplier));
                _ = PvClock.TimeAt(clock, (ulong)random.NextInt64(), multiplier);
            }
        }
    }

    [Fact]
    public void Time_goes_on_from_where_the_hypervisor_wrote_it()
    {
        byte[] clock = Clock(2, 1_717_986_918, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(clock.AsSpan(8), 1000);
        BinaryPrimitives.WriteUInt64LittleEndian(clock.AsSpan(16), 5_000_000_000);
        Assert.True(PvClock.TryReadRate(clock, out ulong multiplier));
        Assert.InRange(PvClock.TimeAt(clock, 1000 + TwoAndAHalfGhz, multiplier), 5_999_999_990UL, 6_000_000_010UL);
    }

    private static byte[] Clock(uint version, uint factor, int shift)
    {
        byte[] clock = new byte[PvClock.Bytes];
        BinaryPrimitives.WriteUInt32LittleEndian(clock, version);
        BinaryPrimitives.WriteUInt32LittleEndian(clock.AsSpan(24), factor);
        clock[28] = unchecked((byte)(sbyte)shift);
        return clock;
    }
}
