using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>Core files of programs in machines, which gdb of this computer opens.</summary>
public sealed class CoreTests : IDisposable
{
    private const int Seconds = 120;

    private readonly string _folder = Directory.CreateTempSubdirectory("mote-").FullName;

    private string CorePath => Path.Combine(_folder, "core");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("pie")]
    [InlineData("musl")]
    public void A_running_program_is_seen_whole_and_goes_on(string build)
    {
        string program = Compiled(build);
        using Process machine = Start(program);
        RunOutcome made = Core(machine.Id);
        Assert.True(made.Status == 0, made.ErrorText);
        Assert.Contains(CorePath, made.OutputText, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(CorePath));

        // 64 GiB with one page in the middle are a hole.
        Assert.True(new FileInfo(CorePath).Length > 64L << 30);
        Assert.InRange(Blocks(CorePath), 1, 64 << 10);

        string seen = Gdb(program, "thread apply all bt", "p kept", "x/s on_the_heap+500000", "x/s vast+(32UL<<30)", "x/s kept_out", "p $_siginfo.si_signo", "info files");
        foreach (string function in build == "musl" ? (string[])["computes"] : ["waits_for_a_lock", "computes", "sleeps", "reads_its_input", "main"]) // gdb cannot go up from musl's calls
        {
            Assert.Contains(function + " (", seen, StringComparison.Ordinal);
        }

        Assert.Contains("\"kept in the data\"", seen, StringComparison.Ordinal);
        Assert.Contains("\"found on the heap\"", seen, StringComparison.Ordinal);
        Assert.Contains("\"in the middle of nothing\"", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("\"kept out of it\"", seen, StringComparison.Ordinal);
        Assert.Contains(" is load", seen, StringComparison.Ordinal);

        // What does not find its file leaves the program as it is, and another core can be made.
        Assert.Equal(2, Core(machine.Id).Status);
        File.Delete(CorePath);
        RunOutcome tooLarge = ChildRun.Run("bash", ["-c", $"trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0; ulimit -f 100; exec '{Path.Combine(Repository.Root, "mote")}' core {machine.Id} {CorePath}"], Options());
        Assert.Equal(1, tooLarge.Status);
        Assert.Contains("there is no core of machine", tooLarge.ErrorText, StringComparison.Ordinal);
        Assert.False(File.Exists(CorePath));
        Assert.Equal(0, Core(machine.Id).Status);

        machine.StandardInput.Close();
        Assert.Equal("read 0\ngoes on\n", machine.StandardOutput.ReadToEnd());
        Assert.Equal("", machine.StandardError.ReadToEnd());
        machine.WaitForExit();
        Assert.Equal(0, machine.ExitCode);
        Assert.Equal(2, Core(machine.Id).Status);
    }

    [Fact]
    public void One_who_asks_and_goes_away_stops_the_program_no_longer()
    {
        string program = Compiled("pie");
        using Process machine = Start(program);
        using (Process client = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, "mote"), ["core", machine.Id.ToString(CultureInfo.InvariantCulture), CorePath]) { Environment = { ["MOTE_NO_BUILD"] = "1" } })!)
        {
            SpinWait.SpinUntil(() => File.Exists(CorePath) || client.HasExited, TimeSpan.FromSeconds(Seconds));
            client.Kill();
            client.WaitForExit();
        }

        // The tool learns of it by its next write; until then it says that another core is being made.
        RunOutcome next = new(1, [], []);
        for (int attempt = 0; attempt < 100 && next.Status == 1; attempt++)
        {
            File.Delete(CorePath);
            next = Core(machine.Id);
        }

        Assert.True(next.Status == 0, next.ErrorText);
        machine.StandardInput.Close();
        Assert.Equal("read 0\ngoes on\n", machine.StandardOutput.ReadToEnd());
        machine.WaitForExit();
        Assert.Equal(0, machine.ExitCode);
    }

    [Theory]
    [InlineData("segv", 139, "SIGSEGV", "main (")]
    [InlineData("abort", 134, "SIGABRT", "abort (")]
    public void A_crash_leaves_a_core_where_it_is_wanted(string how, int status, string signal, string function)
    {
        string program = Compiled("pie");
        RunOutcome outcome = MoteTool.Run(["run", "--core", CorePath, program, "--", how], seconds: Seconds);
        Assert.Equal(status, outcome.Status);
        Assert.Contains("mote: the program's core is " + CorePath, outcome.ErrorText, StringComparison.Ordinal);
        string seen = Gdb(program, "bt", "info threads", "p $_siginfo._sifields._sigfault.si_addr");
        Assert.Contains($"Program terminated with signal {signal}", seen, StringComparison.Ordinal);
        Assert.Contains(function, seen, StringComparison.Ordinal);
        Assert.Equal(4, seen.Split('\n').Count(line => line.Contains("(LWP ", StringComparison.Ordinal) && line.TrimStart('*', ' ').Length > 0 && char.IsAsciiDigit(line.TrimStart('*', ' ')[0])));
        Assert.True(how != "segv" || seen.Contains("(void *) 0x1234", StringComparison.Ordinal), seen);

        RunOutcome again = MoteTool.Run(["run", "--core", CorePath, program, "--", how], seconds: Seconds);
        Assert.Equal(2, again.Status);
        Assert.Contains("is there already", again.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_option_and_without_a_crash_there_is_none()
    {
        RunOutcome outcome = MoteTool.Run(["run", "--core", CorePath, Compiled("pie")], seconds: Seconds);
        Assert.Equal((0, "", false), (outcome.Status, outcome.ErrorText, File.Exists(CorePath)));
    }

    [Theory]
    [InlineData("which file", "1")]
    [InlineData("there is no machine 'x'", "x", "core")]
    [InlineData("there is no machine '0'", "0", "core")]
    public void A_wrong_name_says_which_there_are(string expected, params string[] arguments)
    {
        RunOutcome outcome = MoteTool.Run(["core", .. arguments]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains(expected, outcome.ErrorText, StringComparison.Ordinal);
    }

    private static string Compiled(string build) => ProgramCompiler.PathOf(new GuestProgram { Name = "core", Group = "core", C = "core.c", Build = build });

    private static ChildOptions Options() => new() { Seconds = Seconds, Environment = new Dictionary<string, string> { ["MOTE_NO_BUILD"] = "1" } };

    /// <summary>A machine whose program waits for its input.</summary>
    private static Process Start(string program)
    {
        MoteTool.Build();
        Process machine = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, "mote"), ["run", program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MOTE_NO_BUILD"] = "1", ["MOTE_CACHE"] = Path.Combine(Repository.Artifacts, "cache") },
        })!;
        Task<string?> ready = machine.StandardOutput.ReadLineAsync();
        Assert.True(ready.Wait(TimeSpan.FromSeconds(Seconds)));
        Assert.Equal("ready, kept in the data", ready.Result);
        return machine;
    }

    private RunOutcome Core(int machine) => ChildRun.Run(Path.Combine(Repository.Root, "mote"), ["core", machine.ToString(CultureInfo.InvariantCulture), CorePath], Options());

    /// <summary>KiB on the disk.</summary>
    private static long Blocks(string path) =>
        long.Parse(ChildRun.Run("du", ["-k", path], new ChildOptions()).OutputText.Split('\t')[0], CultureInfo.InvariantCulture);

    private string Gdb(string program, params string[] commands)
    {
        RunOutcome outcome = ChildRun.Run("gdb", ["-nx", "-batch", .. commands.SelectMany(command => (string[])["-ex", command]), program, CorePath], new ChildOptions { Seconds = Seconds, Environment = new Dictionary<string, string> { ["DEBUGINFOD_URLS"] = "" } });
        return outcome.OutputText + outcome.ErrorText;
    }
}
