using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>What is said of a program that needs more memory than there is adds up.</summary>
public sealed class OutOfMemoryTests
{
    private const int Killed = 137;
    private const int MachineMebibytes = 64;

    [Fact]
    public void The_message_says_what_takes_the_memory()
    {
        string program = ProgramCompiler.PathOf(new GuestProgram { Name = "eats", Group = "", C = "eats.c", Build = "musl" });
        RunOutcome outcome = MoteTool.Run(["run", "--timeout", "50s", "--memory", $"{MachineMebibytes}M", program]);
        Assert.Equal(Killed, outcome.Status);
        Match said = Regex.Match(outcome.ErrorText, "Of the ([0-9]+) MiB that the machine has .* own pages take ([0-9]+), and .* objects ([0-9]+)[.]");
        Assert.True(said.Success, outcome.ErrorText);
        int[] numbers = [.. said.Groups.Values.Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture))];
        Assert.InRange(numbers[0], MachineMebibytes / 2, MachineMebibytes);
        Assert.InRange(numbers[1], numbers[0] / 2, numbers[0]);
        Assert.InRange(numbers[1] + numbers[2], numbers[1], numbers[0]);
    }
}
