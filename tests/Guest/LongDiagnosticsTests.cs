using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>.NET's own diagnostic tools, from NuGet, on a program in a machine.</summary>
[Trait("Category", "Long")]
public sealed class LongDiagnosticsTests
{
    private const string ToolVersion = "10.0.750501";
    private const int Seconds = 300;

    [Theory]
    [InlineData("samples/Watched")]
    [InlineData("samples/WatchedAot")]
    public void Tools_find_count_and_trace(string project)
    {
        using WatchedMachine machine = WatchedMachine.Start(project);
        string id = machine.Id.ToString(CultureInfo.InvariantCulture);
        Assert.Contains($" {id} ", Run(machine, "dotnet-counters", "ps"), StringComparison.Ordinal);

        // The interval is longer than the runtime of an emulated machine takes to start its counters: see docs/dotnet.md.
        Run(machine, "dotnet-counters", "collect", "-p", id, "--duration", "00:00:12", "--refresh-interval", "4", "--format", "csv", "-o", "counters.csv", "--counters", "System.Runtime");
        string[] counters = File.ReadAllLines(Path.Combine(machine.Folder, "counters.csv"));
        Assert.Contains(counters, line => line.Contains("System.Runtime", StringComparison.Ordinal));

        Run(machine, "dotnet-trace", "collect", "-p", id, "--duration", "00:00:03", "-o", "watched.nettrace", "--providers", "Watched-Rounds");
        Run(machine, "dotnet-trace", "convert", "watched.nettrace", "--format", "Chromium");
        Assert.Single(Directory.GetFiles(machine.Folder, "*.chromium.json"));
        Assert.Equal(0, machine.Finish().Status);
    }

    [Fact]
    public void Tools_show_stacks_and_the_heap()
    {
        using WatchedMachine machine = WatchedMachine.Start("samples/Watched");
        string id = machine.Id.ToString(CultureInfo.InvariantCulture);
        string stacks = Run(machine, "dotnet-stack", "report", "-p", id);
        Assert.Contains("Program.<Main>$", stacks, StringComparison.Ordinal);
        Assert.Contains("Work.Run", stacks, StringComparison.Ordinal);

        Run(machine, "dotnet-gcdump", "collect", "-p", id, "-o", "watched.gcdump");
        string heap = Run(machine, "dotnet-gcdump", "report", "watched.gcdump");
        Assert.Contains("Kept", heap, StringComparison.Ordinal);

        Run(machine, "dotnet-trace", "collect", "-p", id, "--duration", "00:00:03", "-o", "sampled.nettrace", "--providers", "Microsoft-DotNETCore-SampleProfiler,Microsoft-Windows-DotNETRuntime:0x4c14fccbd:4");
        Assert.Contains("Work.Run", Run(machine, "dotnet-trace", "report", "sampled.nettrace", "topN", "-n", "20", "--inclusive"), StringComparison.Ordinal);
        Assert.Equal(0, machine.Finish().Status);
    }

    internal static string Run(WatchedMachine machine, string tool, params string[] arguments)
    {
        RunOutcome outcome = ChildRun.Run(Installed(tool), arguments, new ChildOptions
        {
            Folder = machine.Folder,
            Seconds = Seconds,
            Environment = new Dictionary<string, string> { ["TMPDIR"] = machine.Folder },
        });
        Assert.True(outcome.Status == 0, $"{tool} {string.Join(' ', arguments)}: status {outcome.Status}\n{outcome.OutputText}{outcome.ErrorText}");
        return outcome.OutputText;
    }

    private static string Installed(string tool)
    {
        string folder = Path.Combine(Repository.Artifacts, "tools", ToolVersion);
        string path = Path.Combine(folder, tool);
        if (!File.Exists(path))
        {
            RunOutcome outcome = ChildRun.Run("dotnet", ["tool", "install", tool, "--version", ToolVersion, "--tool-path", folder], new ChildOptions { Seconds = Seconds });
            Assert.True(outcome.Status == 0, outcome.OutputText + outcome.ErrorText);
        }

        return path;
    }
}
