using System.Text.RegularExpressions;
using Xunit;

namespace Mote.Tests.Runtime;

/// <summary>What a panic prints: the reason, then methods with file and line.</summary>
public partial class PanicTests
{
    private const string Source = "tests/Runtime/Harness/Panics.cs";
    private const int PanicExitCode = 99;

    [Theory]
    [InlineData("throw", "unhandled exception Mote.Harness.Panics.LostException: lost at the bottom", "Mote.Harness.Panics.Deep.Throw in " + Source)]
    [InlineData("lambda", "unhandled exception Mote.Harness.Panics.LostException: in a lambda", "System.Collections.Generic.List.ForEach")]
    [InlineData("rethrow", "unhandled exception Mote.Harness.Panics.LostException: lost at the bottom", "Mote.Harness.Panics.Rethrow in " + Source)]
    [InlineData("index", "unhandled exception System.IndexOutOfRangeException", "Mote.Harness.Panics.Index in " + Source)]
    [InlineData("cast", "a failed cast or array store", "Mote.Harness.Panics.Cast in " + Source)]
    [InlineData("fail-fast", "the class library aborted", "System.RuntimeExceptionHelpers.FailFast")]
    [InlineData("null", "memory fault", "Mote.Harness.Panics.Length in " + Source)]
    [InlineData("wild", "memory fault", "Mote.Harness.Panics.CallNull in " + Source)]
    [InlineData("overflow", "memory fault", "Mote.Harness.Panics.Recurse in " + Source)]
    [InlineData("memory", "the kernel heap is exhausted", "Mote.Harness.Panics.Fill in " + Source)]
    public void NamesReasonAndPlace(string name, string reason, string frame)
    {
        CommandResult actual = CommandResult.Of(Repository.HarnessElf, name);
        Assert.Equal(PanicExitCode, actual.ExitCode);
        Assert.Contains($"kernel panic: {reason}", actual.Output);
        Assert.Contains($"   at {frame}", actual.Output);
        Assert.Contains("   at Mote.Harness.Program.Main in tests/Runtime/Harness/Program.cs:line ", actual.Output);
        Assert.EndsWith("]", Frames().Matches(actual.Output)[^1].Value);
    }

    [Fact]
    public void CountsLinesRight()
    {
        string[] source = System.IO.File.ReadAllLines(Repository.Root + Source);
        int line = System.Array.FindIndex(source, text => text.Contains("\"lost at the bottom\"")) + 1;
        CommandResult actual = CommandResult.Of(Repository.HarnessElf, "throw");
        Assert.Contains($"Deep.Throw in {Source}:line {line} [", actual.Output);
    }

    [Fact]
    public void EndsWithTheLastLinesOfTheLog()
    {
        CommandResult actual = CommandResult.Of(Repository.HarnessElf, "log");
        Assert.Equal(PanicExitCode, actual.ExitCode);
        Assert.EndsWith("]\nlast lines of the log:\nfirst whole\nlast\n", actual.Output.ReplaceLineEndings("\n"));
    }

    [GeneratedRegex(@"^   at .*$", RegexOptions.Multiline)]
    private static partial Regex Frames();
}
