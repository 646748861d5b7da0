using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Mote.Cli.Commands;

/// <summary>A project below tests/ that <c>dotnet test</c> runs.</summary>
/// <param name="Path">Of the .csproj, absolute.</param>
/// <param name="Kind">The first folder below tests/, in lower case.</param>
internal sealed record TestProject(string Path, string Kind)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>All of a repository, the quick ones first: those of guests come last.</summary>
    public static IReadOnlyList<TestProject> FindAll(string root)
    {
        string tests = System.IO.Path.Combine(root, "tests");
        if (!Directory.Exists(tests))
        {
            return [];
        }

        return [.. Directory.EnumerateFiles(tests, "*.csproj", SearchOption.AllDirectories)
            .Where(path => File.ReadAllText(path).Contains("Microsoft.NET.Test.Sdk", StringComparison.Ordinal))
            .Select(path => new TestProject(path, System.IO.Path.GetRelativePath(tests, path).Split('/')[0].ToLowerInvariant()))
            .OrderBy(project => project.Kind switch { "unit" => 0, "guest" => 2, "kvm" => 3, _ => 1 })
            .ThenBy(project => project.Path, StringComparer.Ordinal)];
    }

    public bool IsOfKind(string kind) => Kind.Equals(kind, StringComparison.OrdinalIgnoreCase) || Kind.Replace(".", "", StringComparison.Ordinal).Equals(kind, StringComparison.OrdinalIgnoreCase);

    /// <summary>Builds and runs it. One that does not build, crashes or runs no test counts as a failure.</summary>
    public TestCounts Run(string root, IReadOnlyList<string> testArguments, Action<string> onLine, IReadOnlyDictionary<string, string>? environment = null)
    {
        string results = System.IO.Path.Combine(root, "artifacts", "tests", Name + ".trx");
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(results)!);
        File.Delete(results);
        string dotnet = Executables.Find("dotnet") ?? throw new CliException("the .NET SDK is missing: dotnet is not in PATH", ExitStatus.Missing);
        Dictionary<string, string> variables = new(environment ?? new Dictionary<string, string>()) { ["MOTE_ROOT"] = root, ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" };

        // Given a project, `dotnet test` of SDK 10 leaves two empty folders in /tmp (as `dotnet build` does); given what is built, it does not.
        string[] build = ["msbuild", Path, "-nologo", "-p:Configuration=Release"];
        if (ChildProcess.RunLines(dotnet, [.. build, "-restore", "-v:q"], root, variables, onLine) != 0)
        {
            return Broken("it did not build");
        }

        string built = ChildProcess.Capture(dotnet, [.. build, "-getProperty:TargetPath"]).Output.Trim();
        int status = ChildProcess.RunLines(
            dotnet, ["test", built, "--nologo", "--logger", "trx;LogFileName=" + results, "--logger", "console;verbosity=minimal", .. testArguments], root, variables, onLine);

        TestCounts? counts = File.Exists(results) ? TestCounts.TryReadTrx(File.ReadAllText(results)) : null;
        return counts switch
        {
            null => Broken("it did not start"),
            { Passed: 0, Failed: 0 } => Broken("it ran no test"),
            { Failed: 0 } when status != 0 => Broken($"its test run ended with status {status}") + counts.Value,
            _ => counts.Value,
        };

        TestCounts Broken(string why)
        {
            onLine($"{Name} counts as a failure: {why}");
            return new TestCounts(0, 1, 0);
        }
    }
}
