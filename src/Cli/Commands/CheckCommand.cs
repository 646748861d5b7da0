using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;

namespace Mote.Cli.Commands;

/// <summary>
/// <c>mote check PROGRAM</c>: will it run? Without a program, in the repository: format, analyzers and architecture of what has changed since the main branch, or of everything.
/// </summary>
internal static class CheckCommand
{
    /// <param name="programArguments">What followed <c>--</c>.</param>
    public static Command CreateSyntax(IReadOnlyList<string> programArguments)
    {
        ImageSyntax image = new();
        Option<bool> all = new("--all") { Description = "Of a program: show also what is there. Without one: check every project, not only those with changes since the main branch" };
        Command command = new("check", "Say whether a program will run: what its code can reach and the kernel lacks. Without one, check the repository's format, analyzers and architecture")
        {
            image.Program, image.Environment, image.Added, image.Rules, image.Configuration, image.Framework, all,
        };
        command.SetAction(parsed => parsed.GetValue(image.Program) is null
            ? Run(parsed.GetValue(all))
            : ProgramCheckCommand.Run(image.RequestOf(parsed, programArguments), parsed.GetValue(all)));
        return command;
    }

    private static int Run(bool all)
    {
        string root = Installation.RequireRepository("check");
        string dotnet = Executables.Find("dotnet") ?? throw new CliException("the .NET SDK is missing: dotnet is not in PATH", ExitStatus.Missing);
        IReadOnlyList<string> projects = Projects(root);
        IReadOnlyList<string>? changed = all ? null : ChangedFiles(root);
        if (changed is not null)
        {
            projects = [.. projects.Where(project => changed.Any(file => file.StartsWith(Path.GetDirectoryName(project) + "/", StringComparison.Ordinal)))];
        }

        bool good = true;
        foreach (string project in projects)
        {
            good &= Step(dotnet, root, $"analyzers: {project}", "msbuild", project, "-restore", "-nologo", "-v:q", "-p:Configuration=Release", "-p:CheckStyle=true");
            good &= Step(dotnet, root, $"format: {project}", "format", project, "--verify-no-changes", "--no-restore");
        }

        if (TestProject.FindAll(root).Any(project => project.IsOfKind("architecture")))
        {
            foreach (TestProject project in TestProject.FindAll(root).Where(project => project.IsOfKind("architecture")))
            {
                TestCounts counts = project.Run(root, [], HostWrite);
                good &= counts.Failed == 0;
            }
        }

        HostWrite(good ? "check: nothing to complain about" : "check: see above");
        return good ? ExitStatus.Success : ExitStatus.Failure;
    }

    /// <summary>Every project of src/ and tests/, relative to the root; samples follow their own rules.</summary>
    private static List<string> Projects(string root) =>
        [.. new[] { "src", "tests" }
            .Select(folder => Path.Combine(root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(root, path))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.StartsWith("tests/Guest/Programs/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    /// <summary>Files that differ from the main branch, committed or not; <c>null</c> where git cannot tell, which means all.</summary>
    private static List<string>? ChangedFiles(string root)
    {
        if (Executables.Find("git") is not string git)
        {
            return null;
        }

        (int baseStatus, string mergeBase) = ChildProcess.Capture(git, "-C", root, "merge-base", "HEAD", "main");
        (int status, string changed) = ChildProcess.Capture(git, "-C", root, "diff", "--name-only", baseStatus == 0 ? mergeBase.Trim() : "HEAD");
        (int newStatus, string untracked) = ChildProcess.Capture(git, "-C", root, "ls-files", "--others", "--exclude-standard");
        return status != 0 || newStatus != 0 ? null : [.. (changed + untracked).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static bool Step(string dotnet, string root, string title, params string[] arguments)
    {
        HostWrite(title);
        List<string> lines = [];
        int status = ChildProcess.RunLines(dotnet, arguments, root, null, line =>
        {
            lock (lines)
            {
                lines.Add(line);
            }
        });
        if (status != 0)
        {
            lines.Distinct().ToList().ForEach(HostWrite);
        }

        return status == 0;
    }

    private static void HostWrite(string line) => HostOutput.StandardOutput.WriteLine(line);
}
