using System.Collections.Generic;
using System.CommandLine;
using System.Linq;

namespace Mote.Cli.Commands;

/// <summary><c>mote test</c>: runs the test projects of the repository, one after the other, and closes with one line that counts.</summary>
internal static class TestCommand
{
    public static Command CreateSyntax(IReadOnlyList<string> testArguments)
    {
        Argument<string[]> kinds = new("kind")
        {
            Description = "Folders below tests/, such as unit, architecture, runtime or guest; without one, all",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Command command = new("test", "Run the tests; what follows -- goes to 'dotnet test'") { kinds };
        command.SetAction(parsed => Run(parsed.GetValue(kinds) ?? [], testArguments));
        return command;
    }

    private static int Run(string[] kinds, IReadOnlyList<string> testArguments)
    {
        string root = Installation.RequireRepository("test");
        TestCounts sum = default;
        foreach (TestProject project in Select(TestProject.FindAll(root), kinds))
        {
            Write($"== {project.Name}");
            sum += project.Run(root, testArguments, Write);
        }

        if (sum.Skipped > 0)
        {
            Write($"{sum.Skipped} skipped");
        }

        Write($"{sum.Passed} passed, {sum.Failed} failed");
        return sum.Failed == 0 ? ExitStatus.Success : ExitStatus.Failure;
    }

    /// <exception cref="CliException">A kind has no project.</exception>
    private static IEnumerable<TestProject> Select(IReadOnlyList<TestProject> all, string[] kinds)
    {
        if (kinds.Length == 0)
        {
            return all;
        }

        foreach (string kind in kinds)
        {
            if (!all.Any(project => project.IsOfKind(kind)))
            {
                throw new CliException($"there are no tests of kind '{kind}'; there are: {string.Join(", ", all.Select(project => project.Kind).Distinct())}");
            }
        }

        return all.Where(project => kinds.Any(project.IsOfKind));
    }

    private static void Write(string line) => HostOutput.StandardOutput.WriteLine(line);
}
