using System;
using Mote.Cli;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("10", 10_000)]
    [InlineData("2m", 120_000)]
    [InlineData("250ms", 250)]
    [InlineData("0.5", 500)]
    [InlineData("1h", 3_600_000)]
    public void ReadsTimes(string text, double milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("0")]
    [InlineData("-1s")]
    [InlineData("10d")]
    [InlineData("1e9")]
    [InlineData("99999h")]
    public void RejectsWhatIsNoTime(string text) => Assert.False(DurationText.TryParse(text, out _));
}
