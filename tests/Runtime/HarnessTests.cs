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
    public void TakesMoreMemoryForTheHeap()
    {
        CommandResult actual = CommandResult.Of(Repository.HarnessElf, "grow");
        Assert.Equal("0 wrong, sum 54900000\n", actual.Output);
    }

    [Fact]
    public void CountsWhatIsAllocated()
    {
        CommandResult actual = CommandResult.Of(Repository.HarnessElf, "count");
        Assert.Equal("1000 objects, 40000 bytes\n", actual.Output);
    }

    [Theory]
    [InlineData("collect")]
    [InlineData("collect-checked")]
    public void KeepsWhatIsReachableAndNothingElse(string name)
    {
        CommandResult actual = CommandResult.Of(Repository.HarnessElf, name);
        Assert.DoesNotMatch("(?m)^.*: (?!ok$).*$", actual.Output);
        Assert.EndsWith("dictionary: ok\n", actual.Output);
        Assert.Equal(42, actual.ExitCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20_25)]
    public void AgreesWithAModelOfTheGraph(int seed)
    {
        CommandResult actual = CommandResult.Of(Repository.HarnessElf, $"collect-random {seed}");
        Assert.Equal("wrong 0, kept too long few, rounds True\n", actual.Output);
        Assert.Equal(42, actual.ExitCode);
    }
}
