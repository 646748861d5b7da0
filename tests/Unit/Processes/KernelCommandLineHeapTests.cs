using System.Text;
using Mote.Kernel.Processes;
using Xunit;

namespace Mote.Tests.Unit.Processes;

/// <summary>The words about the kernel heap.</summary>
public class KernelCommandLineHeapTests
{
    [Theory]
    [InlineData("mote.heap=2M", 2UL << 20)]
    [InlineData("mote.heap=700K", 700UL << 10)]
    [InlineData("mote.heap=65536", 65536UL)]
    [InlineData("mote.heap=", 0UL)]
    [InlineData("mote.heap", 0UL)]
    public void ReadsTheLimit(string text, ulong bytes) => Assert.Equal(bytes, Parse(text).HeapBytes);

    [Fact]
    public void ReadsWhatTestsAskFor()
    {
        KernelCommandLine line = Parse("mote.heap.stress mote.heap.fail=7 mote.heap.fail.allocation=123");
        Assert.True(line.IsHeapStressed);
        Assert.Equal((7UL, 123UL), (line.FailedReservation, line.FailedAllocation));
        Assert.Empty(line.Unknown);
    }

    [Fact]
    public void DoesNotKnowOthers() => Assert.Equal(["mote.heap.other"], Parse("mote.heap.other=1").Unknown);

    private static KernelCommandLine Parse(string text) => KernelCommandLine.Parse(Encoding.ASCII.GetBytes(text));
}
