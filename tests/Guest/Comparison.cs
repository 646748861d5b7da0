using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>Runs a program on the host's Linux and then on Mote and compares how it ends.</summary>
internal static class Comparison
{
    /// <param name="run">Runs the tool with arguments, standard input and a limit in seconds; null for this computer's own.</param>
    public static void Run(GuestProgram program, Func<IReadOnlyList<string>, byte[], int, RunOutcome>? run = null)
    {
        string path = ProgramCompiler.PathOf(program);
        byte[] input = program.StdinBytes > 0 ? TestData.Bytes(program.StdinBytes) : Encoding.UTF8.GetBytes(program.Stdin ?? "");
        RunOutcome host = OnHost(program, path, input);
        Assert.True(host.Status == program.Status || program.Suite.Count > 0, $"On the host {program.Title} ends with status {host.Status}, not {program.Status}.\n{Shown(host)}");
        if (Environment.GetEnvironmentVariable("MOTE_GUEST_HOST_ONLY") == "1")
        {
            return;
        }

        RunOutcome guest = OnMote(program, path, input, run ?? ((arguments, bytes, seconds) => MoteTool.Run(arguments, bytes, seconds)));
        if (program.Suite.Count > 0)
        {
            PythonSuite.Compare(program, host, guest);
            return;
        }

        Assert.True(guest.Status == host.Status, $"{program.Title} ends with status {guest.Status} on Mote, {host.Status} on the host.\n{Shown(guest)}");
        AssertSame(program, "standard output", host.Output, guest.Output, guest);
        if (program.Crash is string signal)
        {
            Assert.Contains(signal, guest.ErrorText, StringComparison.Ordinal);
        }
        else if (program.CompareStderr)
        {
            AssertSame(program, "standard error", host.Error, guest.Error, guest);
        }
    }

    private static RunOutcome OnHost(GuestProgram program, string path, byte[] input)
    {
        Dictionary<string, string> environment = new(program.Env)
        {
            ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = "/root",
        };
        RemoveLeftovers(program);
        try
        {
            // Signals as a shell leaves them (.NET ignores SIGPIPE), and no core files: a crash is part of the test.
            return ChildRun.Run(
                "env", ["--default-signal", "prlimit", "--core=0", path, .. Arguments(program, ProgramCompiler.SourceOf)], new ChildOptions { Folder = TestData.Folder, InheritEnvironment = false, Environment = environment, Input = input, Seconds = program.Seconds });
        }
        finally
        {
            RemoveLeftovers(program);
        }
    }

    private static RunOutcome OnMote(GuestProgram program, string path, byte[] input, Func<IReadOnlyList<string>, byte[], int, RunOutcome> run)
    {
        List<string> arguments = ["run", "--timeout", program.Seconds + "s"];
        if (!program.Options.Contains("--workdir"))
        {
            arguments.AddRange(["--workdir", program.Add.Count == 0 ? "/" : TestData.GuestFolder]);
        }

        foreach (string added in program.Add)
        {
            arguments.AddRange(["--add", $"{Path.Combine(TestData.Folder, added)}:{TestData.GuestFolder}/{added}"]);
        }

        foreach ((string name, string value) in program.Env)
        {
            arguments.AddRange(["--env", $"{name}={value}"]);
        }

        foreach (string word in (Environment.GetEnvironmentVariable("MOTE_GUEST_KERNEL_OPTIONS") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            arguments.AddRange(["--kernel-option", word]);
        }

        if (program is { Path: not null, Source: string source })
        {
            arguments.AddRange(["--add", $"{ProgramCompiler.SourceOf(source, program.Build)}:{GuestSource(source, program.Build)}"]);
        }

        arguments.AddRange(program.Options);
        arguments.Add(program is { Project: string project, Published: false } ? Path.Combine(Repository.Root, project) : path);
        if (program.Args.Count > 0)
        {
            arguments.Add("--");
            arguments.AddRange(Arguments(program, GuestSource));
        }

        return run(arguments, input, program.Seconds + (program.Project is null ? 20 : 400));
    }

    private static string GuestSource(string source, string? build) => "/source/" + Path.GetFileName(ProgramCompiler.SourceOf(source, build));

    private static IEnumerable<string> Arguments(GuestProgram program, Func<string, string?, string> pathOf) =>
        program.Args.Select(word => program.Source is string source ? word.Replace("{source}", pathOf(source, program.Build), StringComparison.Ordinal) : word);

    private static void RemoveLeftovers(GuestProgram program)
    {
        foreach (string path in program.Leaves)
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }

            File.Delete(path);
        }
    }

    private static void AssertSame(GuestProgram program, string what, byte[] host, byte[] guest, RunOutcome outcome)
    {
        if (program.Replace.Count > 0)
        {
            host = Replaced(program, host);
            guest = Replaced(program, guest);
        }

        if (program.Sorted)
        {
            host = SortedLines(host);
            guest = SortedLines(guest);
        }

        if (host.AsSpan().SequenceEqual(guest))
        {
            return;
        }

        int same = host.AsSpan().CommonPrefixLength(guest);
        int from = Math.Max(0, same - 200);
        Assert.Fail(
            $"{program.Title}: {what} differs at byte {same} ({host.Length} bytes on the host, {guest.Length} on Mote).\n" +
            $"host: ...{Text(host, from)}\nmote: ...{Text(guest, from)}\n{Shown(outcome)}");
    }

    private static byte[] Replaced(GuestProgram program, byte[] bytes) => Encoding.UTF8.GetBytes(program.Replace.Aggregate(
        Encoding.UTF8.GetString(bytes), (text, pair) => Regex.Replace(text, pair[0], pair[1], RegexOptions.Multiline)));

    private static byte[] SortedLines(byte[] bytes) =>
        Encoding.UTF8.GetBytes(string.Join('\n', Encoding.UTF8.GetString(bytes).Split('\n').Order(StringComparer.Ordinal)));

    private static string Text(byte[] bytes, int from) => Encoding.UTF8.GetString(bytes.AsSpan(from, Math.Min(600, bytes.Length - from)));

    private static string Shown(RunOutcome outcome) =>
        $"--- standard output, its end\n{End(outcome.OutputText)}\n--- standard error, its end\n{End(outcome.ErrorText)}";

    private static string End(string text) => text.Length > 3000 ? text[^3000..] : text;
}
