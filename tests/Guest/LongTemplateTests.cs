using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>What <c>dotnet new</c> makes runs as it is, without an option but the port.</summary>
[Trait("Category", "Long")]
public sealed class LongTemplateTests
{
    private const int Seconds = 600;

    [Theory]
    [InlineData("web", "/", "Hello World!")]
    [InlineData("webapi", "/weatherforecast", "temperatureC")]
    [InlineData("webapiaot", "/todos", "Walk the dog")]
    [InlineData("mvc", "/css/site.css", "font-size")]
    [InlineData("mvc", "/Home/Privacy", "Privacy Policy")]
    [InlineData("razor", "/Privacy", "Privacy Policy")]
    [InlineData("blazor", "/weather", "Weather")]
    public async Task Serves(string template, string path, string expected)
    {
        using ServedMachine machine = StartServing(New(template));
        Assert.Contains(expected, Encoding.UTF8.GetString(await HostClient.CurlUntil(machine, $"http://127.0.0.1:{machine.Port}{path}")), StringComparison.Ordinal);
        Assert.Equal(0, machine.Stop());
    }

    [Theory]
    [InlineData("console", "Hello, World!\n")]
    [InlineData("console", "Hello, World!\n", "--aot")]
    [InlineData("console", "Hello from F#\n", "-lang", "F#")]
    [InlineData("console", "Hello World!\n", "-lang", "VB")]
    public void Prints(string template, string expected, params string[] options)
    {
        RunOutcome outcome = MoteTool.Run(["run", New(template, options)], seconds: Seconds);
        Assert.Equal((0, expected, ""), (outcome.Status, outcome.OutputText, outcome.ErrorText));
    }

    [Fact]
    public void A_worker_works_until_it_is_stopped()
    {
        RunOutcome outcome = MoteTool.Run(["run", New("worker"), "--timeout", "60s"], seconds: Seconds);
        Assert.Contains("Worker running at", outcome.OutputText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("classlib", "builds a library")]
    [InlineData("xunit", "builds a library")]
    public void What_is_no_program_is_explained(string template, string expected)
    {
        RunOutcome outcome = MoteTool.Run(["run", New(template)], seconds: Seconds);
        Assert.NotEqual(0, outcome.Status);
        Assert.Contains(expected, outcome.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>Publishing, which may take minutes, comes before the machine, whose patience is for the program.</summary>
    internal static ServedMachine StartServing(string project)
    {
        RunOutcome built = MoteTool.Run(["inspect", project], seconds: Seconds);
        Assert.True(built.Status == 0, built.ErrorText);
        return ServedMachine.Start(8080, project);
    }

    internal static string New(string template, params string[] options)
    {
        string folder = Path.Combine(Repository.Artifacts, "templates", template + string.Concat(options).Replace("#", "sharp", StringComparison.Ordinal));
        if (!Directory.Exists(folder))
        {
            RunOutcome outcome = ChildRun.Run("dotnet", ["new", template, "-o", folder, "--no-restore", .. options], new ChildOptions { Seconds = Seconds, Environment = new Dictionary<string, string> { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" } });
            Assert.True(outcome.Status == 0, outcome.OutputText + outcome.ErrorText);

            // The rules of this repository are not theirs.
            File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), "<Project/>");
            File.WriteAllText(Path.Combine(folder, "Directory.Build.targets"), "<Project/>");
            File.WriteAllText(Path.Combine(folder, "Directory.Packages.props"), "<Project/>");
        }

        return folder;
    }
}
