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
                Assert.True(CounterRate.IsPlausible((1_000_000_000UL << 32) / multiplier));
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

    [Fact]
    public void A_counter_behind_the_clocks_own_reading_does_not_turn_time_back()
    {
        byte[] clock = Clock(2, 1_717_986_918, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(clock.AsSpan(8), 1_000_000);
        BinaryPrimitives.WriteUInt64LittleEndian(clock.AsSpan(16), 5_000_000_000);
        Assert.True(PvClock.TryReadRate(clock, out ulong multiplier));
        Assert.Equal(5_000_000_000UL, PvClock.TimeAt(clock, 10, multiplier));
    }

    [Fact]
    public void A_clock_that_is_written_for_ever_is_not_waited_for()
    {
        byte[] copy = new byte[PvClock.Bytes];
        Assert.False(PvClock.TryCopy(Clock(3, 1_717_986_918, 0), copy));
        Assert.True(PvClock.TryCopy(Clock(4, 1_717_986_918, 0), copy));
        Assert.Equal(Clock(4, 1_717_986_918, 0), copy);
    }

    [Theory]
    [InlineData(2u, 1_700_000_000u, 5u, 1_700_000_010_000_000_005L)]
    [InlineData(0u, 1_700_000_000u, 5u, 0L)] // nobody has written it
    [InlineData(3u, 1_700_000_000u, 5u, 0L)]
    [InlineData(2u, 0u, 5u, 0L)]
    [InlineData(2u, 1_700_000_000u, 1_000_000_000u, 0L)]
    public void The_wall_clock_says_when_the_clock_was_zero(uint version, uint seconds, uint nanoseconds, long expected)
    {
        byte[] clock = Clock(2, 1_717_986_918, 0), wall = new byte[PvClock.WallBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(clock.AsSpan(16), 10_000_000_000);
        BinaryPrimitives.WriteUInt32LittleEndian(wall, version);
        BinaryPrimitives.WriteUInt32LittleEndian(wall.AsSpan(4), seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(wall.AsSpan(8), nanoseconds);
        Assert.Equal(expected, PvClock.UnixNsAt(wall, clock, 0));
        Assert.Equal(0, PvClock.UnixNsAt(wall, Clock(2, 0, 0), 0));
        BinaryPrimitives.WriteUInt64LittleEndian(clock.AsSpan(16), ulong.MaxValue);
        Assert.Equal(0, PvClock.UnixNsAt(wall, clock, 0));
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
