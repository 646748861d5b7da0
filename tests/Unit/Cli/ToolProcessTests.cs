using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
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
    [InlineData("The folder . holds neither a .NET project", "inspect")]
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
        (int status, string errors) = Run("run", "--timeout", "300ms", "/bin/true", "--", "await=15", "control=report_call_1_2", "control=exit_0");
        Assert.Equal(ExitStatus.TimedOut, status);
        Assert.Contains("--timeout", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void TimeoutEndsAMachineThatDoesNotAnswer()
    {
        (int status, string errors) = Run("run", "--timeout", "300ms", "--stop-timeout", "100ms", "/bin/true", "--", "sleep=60");
        Assert.Equal(ExitStatus.TimedOut, status);
        Assert.Contains("--stop-timeout", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM", "", "await=15")]
    [InlineData("INT", "", "await=2")]
    [InlineData("QUIT", "", "await=3")]
    [InlineData("HUP", "", "await=1 await=15")]
    [InlineData("TERM", "QUIT", "await=3")]
    [InlineData("INT", "37", "await=37")]
    public void ASignalGoesToTheProgramWhoseStatusCounts(string sent, string stopSignal, string awaited)
    {
        string[] options = stopSignal.Length > 0 ? ["--stop-signal", stopSignal] : [];
        string pidFile = Path.Combine(_folder, "pid");
        using Process tool = Start(["run", .. options, "/bin/true", "--", "pid=" + pidFile, .. awaited.Split(' '), "out=3", "control=exit_42"]);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(pidFile), TimeSpan.FromSeconds(60)));
        Signal(tool, sent);
        Assert.Equal("\0\u0001\u0002", tool.StandardOutput.ReadToEnd());
        tool.WaitForExit();
        Assert.Equal(42, tool.ExitCode);
    }

    [Fact]
    public void AnImageHasItsStopSignal()
    {
        string image = Path.Combine(_folder, "image"), pidFile = Path.Combine(_folder, "pid");
        Assert.Equal(ExitStatus.BadInput, Run("build", "--stop-signal", "TERMINATE", "-o", image, "/bin/true").Status);
        Assert.Equal(0, Run("build", "--stop-signal", "SIGUSR1", "-o", image, "/bin/true").Status);
        using Process tool = Start("run", image, "--", "pid=" + pidFile, "await=10", "control=exit_5");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(pidFile), TimeSpan.FromSeconds(60)));
        Signal(tool, "TERM");
        tool.WaitForExit();
        Assert.Equal(5, tool.ExitCode);
    }

    [Fact]
    public void AProgramThatDoesNotEndIsKilled()
    {
        string pidFile = Path.Combine(_folder, "pid");
        using Process tool = Start("run", "--stop-timeout", "200ms", "/bin/true", "--", "pid=" + pidFile, "await=15", "await=9", "control=exit_137");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(pidFile), TimeSpan.FromSeconds(60)));
        Signal(tool, "TERM");
        Assert.Contains("was killed (--stop-timeout)", tool.StandardError.ReadToEnd(), StringComparison.Ordinal);
        tool.WaitForExit();
        Assert.Equal(137, tool.ExitCode);
    }

    [Fact]
    public void TheSecondInterruptEndsTheMachineAtOnce()
    {
        string pidFile = Path.Combine(_folder, "pid");
        using Process tool = Start("run", "--stop-timeout", "10m", "/bin/true", "--", "pid=" + pidFile, "await=2", "out=1", "sleep=600");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(pidFile), TimeSpan.FromSeconds(60)));
        Signal(tool, "INT");
        Assert.Equal(0, tool.StandardOutput.Read()); // the first has arrived
        Signal(tool, "INT");
        Assert.True(tool.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.Equal(ExitStatus.Interrupted, tool.ExitCode);
    }

    [Fact]
    public void NobodyReadsArgumentsAndEnvironmentInTheProcessList()
    {
        string pidFile = Path.Combine(_folder, "pid");
        using Process tool = Start("run", "-e", "TOKEN=s3cret-environment", "/bin/true", "--", "s3cret-argument", "pid=" + pidFile, "await=15", "control=exit_0");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(pidFile), TimeSpan.FromSeconds(60)));
        string machine = File.ReadAllText(pidFile);
        Assert.DoesNotContain("s3cret", File.ReadAllText($"/proc/{machine}/cmdline"), StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1\n", File.ReadAllText($"/proc/{machine}/status"), StringComparison.Ordinal);
        Signal(tool, "TERM");
        tool.WaitForExit();
        Assert.Equal(0, tool.ExitCode);
    }

    [Fact]
    public void TheKernelIsToldTheTimeWhenItAsks()
    {
        using Process tool = Start("run", "/bin/true", "--", "ask-time", "serial=after", "control=exit_3");
        tool.StandardInput.Close();
        string said = tool.StandardOutput.ReadToEnd();
        tool.WaitForExit();
        Assert.Equal(3, tool.ExitCode);
        Assert.StartsWith("time ", said, StringComparison.Ordinal);
        TimeSpan difference = DateTime.UtcNow - DateTime.UnixEpoch.AddTicks(long.Parse(said.AsSpan("time ".Length).TrimEnd(), System.Globalization.CultureInfo.InvariantCulture) / 100);
        Assert.InRange(difference, TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void CacheAndImagesArePrivate()
    {
        string secret = Path.Combine(_folder, "secret");
        File.WriteAllText(secret, "x");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(0, Run("run", "/bin/true", "--", "control=exit_0").Status);
        Assert.Equal(0, Run("run", "--add", secret + ":/secret", "/bin/true", "--", "control=exit_0").Status);
        string cache = Path.Combine(_folder, "cache");
        UnixFileMode user = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.All([cache, .. Directory.GetDirectories(cache, "*", SearchOption.AllDirectories)], folder => Assert.Equal(user, File.GetUnixFileMode(folder)));
        string[] roots = Directory.GetFiles(cache, "root.erofs", SearchOption.AllDirectories);
        UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        Assert.Equal([UnixFileMode.None, others], roots.Select(root => File.GetUnixFileMode(root) & others).Order());
    }

    [Fact]
    public void WithoutAHomeNothingIsPutWhereOthersCanForetellIt()
    {
        (int status, string errors) = RunWith(new() { ["MOTE_CACHE"] = "", ["XDG_CACHE_HOME"] = "", ["HOME"] = "nowhere" }, "run", "/bin/true");
        Assert.Equal(ExitStatus.BadInput, status);
        Assert.Contains("HOME", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pipe", "a named pipe")]
    [InlineData("socket", "a socket")]
    [InlineData("folder", "a named pipe")]
    public void WhatIsNoFileIsNeverOpened(string added, string said)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "folder")).FullName;
        using Process make = Process.Start("mkfifo", [Path.Combine(_folder, "pipe"), Path.Combine(folder, "pipe")]);
        make.WaitForExit();
        using System.Net.Sockets.Socket socket = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(_folder, "socket")));
        (int status, string errors) = Run("run", "--add", $"{Path.Combine(_folder, added)}:/x", "/bin/true");
        Assert.Equal(ExitStatus.BadInput, status);
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void WordsOfTheMachineDoNotReachTheTerminal()
    {
        (int status, string errors) = Run("run", "--verbose", "/bin/true", "--", "control=crash_\u001b[31mred\u009b", "control=log_\u202eabc\ttab", "serial=\u001bc", "control=exit_0");
        Assert.Equal(0, status);
        Assert.Contains("\\x1b[31mred\\u009b\n", errors, StringComparison.Ordinal);
        Assert.Contains("\\u202eabc\ttab\n", errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', errors);
    }

    [Fact]
    public void NamesOfFilesDoNotReachTheTerminal()
    {
        string name = Path.Combine(_folder, "a\u001b[2Jb\nc");
        File.WriteAllText(name, "x");
        using Process tool = Start("inspect", "--files", "--add", name + ":/data/a\u001b[2Jb\nc", "/bin/true");
        string said = tool.StandardOutput.ReadToEnd() + tool.StandardError.ReadToEnd();
        tool.WaitForExit();
        Assert.Equal(0, tool.ExitCode);
        Assert.Contains("/data/a\\x1b[2Jb\\x0ac", said, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', said);
    }

    [Fact]
    public void APortThatNobodyListensAtIsTold()
    {
        using System.Net.Sockets.Socket free = new(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        free.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        int port = ((System.Net.IPEndPoint)free.LocalEndPoint!).Port;
        free.Dispose();
        string[] answer = ["control=listens_tcp_127.0.0.1_8080", "control=listens_tcp_::1_5000", "control=listens_end"];
        (int status, string errors) = Run(["run", "-p", $"{port}:8080", "/bin/true", "--", "hear=listeners", .. answer, "hear=listeners", .. answer, "control=exit_0"]);
        Assert.Equal(0, status);
        Assert.Contains($"port 127.0.0.1:{port} leads to the machine's port 8080, where nothing listens; the program listens at 127.0.0.1:8080, [::1]:5000, which is the machine's own loopback", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCacheIsListedAndPruned()
    {
        Assert.Equal(0, Run("run", "/bin/true", "--", "control=exit_0").Status);
        Assert.Equal(0, Run("run", "/bin/false", "--", "control=exit_0").Status);
        string list = Output("cache", "ls");
        Assert.Contains("true-", list, StringComparison.Ordinal);
        Assert.Contains("false-", list, StringComparison.Ordinal);

        // The older of the two goes, and only once it has not been used for a while.
        foreach ((string name, int hours) in (ReadOnlySpan<(string, int)>)[("true-", 2), ("false-", 1)])
        {
            string folder = Directory.GetDirectories(Path.Combine(_folder, "cache"), name + "*", SearchOption.AllDirectories).Single();
            Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddHours(-hours));
        }

        long size = Directory.GetFiles(Path.Combine(_folder, "cache"), "root.erofs", SearchOption.AllDirectories).Max(file => new FileInfo(file).Length);
        Assert.Contains("removed 1 of", Output("cache", "prune", "--limit", $"{(size * 3 / 2) / 1024}K"), StringComparison.Ordinal);
        list = Output("cache", "ls");
        Assert.DoesNotContain("true-", list, StringComparison.Ordinal);
        Assert.Contains("false-", list, StringComparison.Ordinal);
        Assert.Contains("removed 1 of", Output("cache", "prune", "--all"), StringComparison.Ordinal);

        string Output(params string[] words)
        {
            using Process tool = Start(words);
            string text = tool.StandardOutput.ReadToEnd();
            tool.WaitForExit();
            Assert.Equal(0, tool.ExitCode);
            return text;
        }
    }

    [Fact]
    public void SignalsToTheWholeGroupDoNotReachTheMachine()
    {
        string pidFile = Path.Combine(_folder, "pid");
        using Process tool = Start("run", "/bin/true", "--", "pid=" + pidFile, "await=2", "control=exit_7");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(pidFile), TimeSpan.FromSeconds(60)));
        using Process machine = Process.GetProcessById(int.Parse(File.ReadAllText(pidFile), System.Globalization.CultureInfo.InvariantCulture));
        Signal(machine, "INT");
        Signal(tool, "INT");
        tool.WaitForExit();
        Assert.Equal(7, tool.ExitCode);
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
    public void QemuWithoutSeccompIsWarnedOf()
    {
        (int status, string errors) = Run("run", "/bin/true", "--", "no-seccomp", "control=exit_6");
        Assert.Equal(6, status);
        Assert.Contains("warning: QEMU goes on without -sandbox", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingQemuIsNamedWithWhatToInstall()
    {
        (int status, string errors) = RunWith(new() { ["MOTE_QEMU"] = "/no/such/qemu" }, "run", "/bin/true");
        Assert.Equal(ExitStatus.Missing, status);
        Assert.Contains("/no/such/qemu", errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Signal(Process process, string name)
    {
        using Process kill = Process.Start("kill", ["-" + name, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

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
        // Whoever runs the tests in the background may have SIGINT ignored, which the tool then does too.
        ProcessStartInfo start = new("env", ["--default-signal", "dotnet", Path.Combine(AppContext.BaseDirectory, "mote.dll"), .. arguments])
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
