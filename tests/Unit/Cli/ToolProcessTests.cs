using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Mote.Cli;
using Mote.Cli.Vmm;
using Xunit;

namespace Mote.Tests.Unit.Cli;

/// <summary>The tool as a process of its own, with a script in QEMU's place: statuses, streams, and what is left when it ends.</summary>
public sealed class ToolProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tool-tests-").FullName;

    public ToolProcessTests() => File.WriteAllBytes(Path.Combine(_folder, "kernel.elf"), ProbeGuest.ToElf());

    [Fact]
    public void StatusAndStreamsAreThePrograms()
    {
        using Process tool = Start("run", "/bin/true", "--", "out=3", "echo", "control=crash_it_fell", "control=exit_42");
        tool.StandardInput.Write("input");
        tool.StandardInput.Close();

        Assert.Equal("\0\u0001\u0002input", tool.StandardOutput.ReadToEnd());
        string errors = tool.StandardError.ReadToEnd();
        Assert.Contains("\0\u0001\u0002", errors, StringComparison.Ordinal);
        Assert.Contains("it fell\n", errors, StringComparison.Ordinal); // before or after: the two come by different ports
        tool.WaitForExit();
        Assert.Equal(42, tool.ExitCode);
    }

    [Theory]
    [InlineData("there is no command 'frobnicate'. There are: run, build, inspect", "frobnicate")]
    [InlineData("which command? There are: run, build, inspect")]
    [InlineData("--frobnicate", "--frobnicate")]
    [InlineData("Option '--output' is required", "build", "/bin/true")]
    [InlineData("Required argument 'program' missing", "inspect")]
    [InlineData("There is no file or folder /nothing/here", "inspect", "/nothing/here")]
    [InlineData("exists and is not a machine image", "build", "/bin/true", "-o", "/usr")]
    [InlineData("--add: /nothing does not exist", "run", "--add", "/nothing:/x", "/bin/true")]
    [InlineData("Unrecognized command or argument 'extra'", "doctor", "extra")]
    [InlineData("There is no file or folder", "check", "no-such-program")]
    public void WrongWordsAreExplained(string message, params string[] words)
    {
        (int status, string errors) = Run(words);
        Assert.Equal(ExitStatus.BadInput, status);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void TimeoutEndsTheMachine()
    {
        (int status, string errors) = Run("run", "--timeout", "300ms", "/bin/true", "--", "sleep=60");
        Assert.Equal(ExitStatus.TimedOut, status);
        Assert.Contains("--timeout", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void PanicShowsTheSerialTextAndIsTheMachinesFailure()
    {
        (int status, string errors) = Run("run", "/bin/true", "--", "serial=panic:_all_is_lost");
        Assert.Equal(ExitStatus.MachineFailed, status);
        Assert.Contains("panic: all is lost\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void MachineDoesNotOutliveAKilledTool()
    {
        string pidFile = Path.Combine(_folder, "pid");
        using Process tool = Start("run", "/bin/true", "--", "pid=" + pidFile, "sleep=60");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(pidFile), TimeSpan.FromSeconds(60)));
        int machine = int.Parse(File.ReadAllText(pidFile), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(IsAlive(machine));

        tool.Kill();

        Assert.True(SpinWait.SpinUntil(() => !IsAlive(machine), TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void ReaderThatGoesEndsTheToolQuietly()
    {
        using Process tool = Start("run", "/bin/true", "--", "out=1000000", "sleep=60");
        tool.StandardInput.Close();
        tool.StandardOutput.Read();
        tool.StandardOutput.Close();
        tool.StandardError.ReadToEnd();
        Assert.True(tool.WaitForExit(TimeSpan.FromSeconds(40)));
        Assert.Equal(ExitStatus.BrokenPipe, tool.ExitCode);
    }

    [Theory]
    [InlineData("run", "/no/such/program")]
    [InlineData("run", "/etc/passwd")]
    [InlineData("run", "--memory", "1M", "/bin/true")]
    [InlineData("run", "--add", "/no/such/file:/x", "/bin/true")]
    [InlineData("run", "--rule", "nonsense", "/bin/true")]
    [InlineData("build", "/bin/true")]
    [InlineData("inspect", "/no/such/image")]
    [InlineData("fly")]
    public void BadInputIsOneMessageAndStatusTwo(params string[] arguments)
    {
        (int status, string errors) = Run(arguments);
        Assert.Equal(ExitStatus.BadInput, status);
        Assert.Contains("mote: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingQemuIsNamedWithWhatToInstall()
    {
        (int status, string errors) = RunWith(new() { ["MOTE_QEMU"] = "/no/such/qemu" }, "run", "/bin/true");
        Assert.Equal(ExitStatus.Missing, status);
        Assert.Contains("/no/such/qemu", errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A process that has ended may stay a zombie where nobody waits for it.</summary>
    private static bool IsAlive(int processId)
    {
        try
        {
            return !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private (int Status, string Errors) Run(params string[] arguments) => RunWith([], arguments);

    private (int Status, string Errors) RunWith(Dictionary<string, string> environment, params string[] arguments)
    {
        using Process tool = StartWith(environment, arguments);
        tool.StandardInput.Close();
        string errors = tool.StandardError.ReadToEnd();
        tool.WaitForExit();
        return (tool.ExitCode, errors);
    }

    private Process Start(params string[] arguments) => StartWith([], arguments);

    private Process StartWith(Dictionary<string, string> environment, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "mote.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MOTE_QEMU"] = Path.Combine(AppContext.BaseDirectory, "Cli", "fake-qemu.py");
        start.Environment["MOTE_KERNEL"] = Path.Combine(_folder, "kernel.elf");
        start.Environment["MOTE_CACHE"] = Path.Combine(_folder, "cache");
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
