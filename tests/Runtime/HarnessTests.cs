using Xunit;

namespace Mote.Tests.Runtime;

/// <summary>The harness program prints the same on the desktop runtime and on ours.</summary>
public class HarnessTests
{
    [Theory]
    [InlineData("language")]
    [InlineData("exceptions")]
    public void BehavesAsOnTheDesktopRuntime(string name)
    {
        CommandResult expected = CommandResult.Of("dotnet", "exec", Repository.HarnessIl, name);
        CommandResult actual = CommandResult.Of(Repository.HarnessElf, name);
        Assert.Equal(expected.Output, actual.Output);
        Assert.Equal((42, 42), (expected.ExitCode, actual.ExitCode));
    }

    [Fact]
    public void WalksNoStackThatIsNotThere()
    {
        CommandResult actual = CommandResult.Of(Repository.HarnessElf, "walk");
        Assert.Equal("own stack True\ngarbage 0 0 0 0 0\n", actual.Output);
        Assert.Equal(42, actual.ExitCode);
    }

    [Fact]
    public void TakesMoreMemoryFromTheHeapSource()
    {
        CommandResult actual = CommandResult.Of(Repository.HarnessElf, "source");
        Assert.Equal("0 wrong, sum 54900000\n", actual.Output);
    }

    [Fact]
    public void CountsWhatIsAllocated()
    {
        CommandResult actual = CommandResult.Of(Repository.HarnessElf, "count");
        Assert.Equal("1000 objects, 40000 bytes\n", actual.Output);
    }
}
