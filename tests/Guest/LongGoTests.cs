using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// The tests of Go's standard library (Debian: golang-go), which are programs of their own: each test and example must end on Mote as it
/// does on the host. Those that
/// <c>go/regression.json</c> names with the reason are run on neither, for the first of them may end the whole program.
/// </summary>
[Trait("Category", "Long")]
public sealed partial class LongGoTests
{
    private const int Seconds = 600;

    private static readonly Dictionary<string, string> s_environment = new()
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["HOME"] = "/root",
    };

    [Theory]
    [InlineData("context")]
    [InlineData("crypto/tls")]
    [InlineData("internal/poll")]
    [InlineData("io")]
    [InlineData("io/fs")]
    [InlineData("net")]
    [InlineData("net/http")]
    [InlineData("net/rpc")]
    [InlineData("os")]
    [InlineData("os/signal")]
    [InlineData("sync")]
    [InlineData("syscall")]
    public void Go_s_own_tests_end_as_on_the_host(string package)
    {
        string sources = Path.Combine(ChildRun.Run("go", ["env", "GOROOT"], new ChildOptions()).OutputText.Trim(), "src");
        string folder = Path.Combine(sources, package), data = Path.Combine(sources, "testdata");
        string program = SourceCompiler.GoTests(package, folder);
        string[] arguments = ["-test.short", "-test.v", "-test.run", $"^({string.Join('|', Listed(program, package))})$"];
        ChildOptions options = new() { Folder = folder, InheritEnvironment = false, Environment = s_environment, Seconds = Seconds };
        RunOutcome host = ChildRun.Run(program, arguments, options);
        RunOutcome guest = MoteTool.Run(
            [
                "run", "--memory", "1G", "--net", "user", "--timeout", Seconds + "s", "--add", $"{folder}:{folder}", "--add", $"{data}:{data}", "--workdir", folder,
                program, "--", .. arguments,
            ],
            [],
            Seconds + 20);

        Dictionary<string, string> onHost = Outcomes(host), onMote = Outcomes(guest);
        string[] wrong =
        [
            .. onHost.Keys.Union(onMote.Keys).Where(name => onHost.GetValueOrDefault(name) != onMote.GetValueOrDefault(name))
                .Select(name => $"{name}: {onHost.GetValueOrDefault(name, "absent")} on the host, {onMote.GetValueOrDefault(name, "absent")} on Mote"),
        ];
        Assert.NotEmpty(onHost);
        Assert.True(wrong.Length == 0, $"{package}: of {onHost.Count} tests, {wrong.Length} end unlike on the host:\n{string.Join('\n', wrong)}\n{Last(guest)}");
        Assert.Equal(host.Status, guest.Status);
    }

    /// <summary>The names of a package's tests and examples, less those that regression.json names.</summary>
    private static string[] Listed(string program, string package)
    {
        string file = Path.Combine(Repository.Root, "tests", "Guest", "go", "regression.json");
        HashSet<string> absent =
        [
            .. JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string[]>>>(File.ReadAllText(file))!
                .Where(reason => reason.Value.ContainsKey(package))
                .SelectMany(reason => reason.Value[package]),
        ];
        string[] all = [.. ChildRun.Run(program, ["-test.list", "."], new ChildOptions()).OutputText.Split('\n').Where(name => TestName().IsMatch(name))];
        Assert.Empty(absent.Except(all));
        return [.. all.Except(absent)];
    }

    private static Dictionary<string, string> Outcomes(RunOutcome outcome) =>
        Outcome().Matches(outcome.OutputText).GroupBy(match => match.Groups[2].Value).ToDictionary(group => group.Key, group => group.Last().Groups[1].Value);

    private static string Last(RunOutcome outcome) => string.Join('\n', (outcome.OutputText + outcome.ErrorText).Split('\n').TakeLast(30));

    [GeneratedRegex("^(Test|Example)")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^\s*--- (PASS|FAIL|SKIP): (\S+)", RegexOptions.Multiline)]
    private static partial Regex Outcome();
}
