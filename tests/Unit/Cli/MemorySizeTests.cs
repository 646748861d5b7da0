using Mote.Cli;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class MemorySizeTests
{
    [Theory]
    [InlineData("64M", 64L << 20)]
    [InlineData("64", 64L << 20)]
    [InlineData("1G", 1L << 30)]
    [InlineData("1gib", 1L << 30)]
    [InlineData("8192K", 8L << 20)]
    [InlineData("4096B", 4096)]
    [InlineData(" 2MB ", 2L << 20)]
    [InlineData("4T", 4L << 40)]
    public void ReadsSizes(string text, long bytes)
    {
        Assert.True(MemorySize.TryParse(text, out MemorySize size));
        Assert.Equal(bytes, size.Bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("0")]
    [InlineData("-1M")]
    [InlineData("1.5G")]
    [InlineData("64Q")]
    [InlineData("5T")]
    [InlineData("99999999999999999999G")]
    [InlineData("9223372036854775807T")]
    public void RejectsWhatIsNoSize(string text) => Assert.False(MemorySize.TryParse(text, out _));

    [Theory]
    [InlineData(1L << 30, "1G")]
    [InlineData(512L << 20, "512M")]
    [InlineData(100L << 10, "100K")]
    public void PrintsTheLargestUnitThatDivides(long bytes, string text) => Assert.Equal(text, new MemorySize(bytes).ToString());

    [Fact]
    public void NeedCountsTheKernelTheImageAndSomeWorkingMemory() =>
        Assert.Equal(3 + 5 + 2, MemoryNeed.Needed(kernelEnd: 3 << 20, imageBytes: 5 << 20).MebibytesRoundedUp);
}
