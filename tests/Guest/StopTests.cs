using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// Machines are ended in order: the program gets the signal that the tool got, as it would on Linux, and its status counts.
/// </summary>
public sealed class StopTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private static string Program => ProgramCompiler.PathOf(new GuestProgram { Name = "asked", Group = "", C = "asked.c", Build = "musl" });

    [Theory]
    [InlineData("default", "TERM")]
    [InlineData("default", "INT")]
    [InlineData("handle", "TERM")]
    [InlineData("handle", "INT")]
    [InlineData("handle", "QUIT")]
    [InlineData("block", "TERM")]
    public async Task A_program_ends_as_on_the_host(string how, string signal)
    {
        (int status, string output, _) = await Ask([Program, how], signal);
        (int machineStatus, string machineOutput, string errors) = await Ask([Mote, "run", "--report", "--no-tty", Program, "--", how], signal);
        Assert.Equal((status, output), (machineStatus, machineOutput));
        Assert.Contains("system calls that the program made", errors, StringComparison.Ordinal);
    }

    /// <summary>SIGHUP: nobody is there any more. SIGTERM follows, for those to whom the first means something else.</summary>
    [Theory]
    [InlineData("default", 129, "ready\n")]
    [InlineData("handle", 3, "ready\nsignal 1, code 0\nsignal 15, code 0\n")]
    [InlineData("block", 4, "ready\ntook 1, code 0\ntook 15, code 0\n")]
    public async Task A_machine_whose_terminal_has_gone_ends(string how, int status, string output)
    {
        (int machineStatus, string machineOutput, _) = await Ask([Mote, "run", "--no-tty", Program, "--", how], "HUP");
        Assert.Equal((status, output), (machineStatus, machineOutput));
    }

    [Fact]
    public async Task A_program_that_ignores_everything_is_killed()
    {
        (int status, string output, string errors) = await Ask([Mote, "run", "--stop-timeout", "1s", "--no-tty", Program, "--", "ignore"], "TERM");
        Assert.Equal((137, "ready\n"), (status, output));
        Assert.Contains("--stop-timeout", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_limit_ends_the_program_in_order()
    {
        RunOutcome outcome = MoteTool.Run(["run", "--timeout", "4s", "--report", Program, "--", "handle"]);
        Assert.Equal((124, "ready\nsignal 15, code 0\n"), (outcome.Status, outcome.OutputText));
        Assert.Contains("system calls that the program made", outcome.ErrorText, StringComparison.Ordinal);
        Assert.Contains("--timeout", outcome.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Aspnet_shuts_down_gracefully()
    {
        using ServedMachine machine = ServedMachine.Start(8080, Path.Combine(Repository.Root, "samples", "HelloWeb"));
        Assert.Equal("Hello, World!\n"u8.ToArray(), await HostClient.CurlUntil(machine, $"http://127.0.0.1:{machine.Port}/"));
        Assert.Equal(0, machine.Stop());
        Assert.Contains("Application is shutting down...", machine.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("QUIT")]
    public async Task Nginx_lets_a_request_finish_or_not(string signal)
    {
        using ServedMachine machine = ServerProgram.Get("nginx").Start(ServedFiles.Option);
        Assert.Equal(ServedFiles.Page, await HostClient.CurlUntil(machine, $"http://127.0.0.1:{machine.Port}/page.html"));
        Assert.Equal(0, machine.Stop(signal));
    }

    /// <summary>With its default settings it saves on SIGTERM.</summary>
    [Fact]
    public async Task Redis_saves_what_it_has()
    {
        using ServedMachine machine = ServedMachine.Start(6379, "/usr/bin/redis-server", "--", "--protected-mode", "no", "--dir", "/tmp");
        string port = machine.Port.ToString(CultureInfo.InvariantCulture);
        await machine.Until(() => Task.Run(() =>
            ChildRun.Run("redis-cli", ["-p", port, "SET", "a", "b"], new ChildOptions { Seconds = ServedMachine.AttemptSeconds }).OutputText == "OK\n" ? 0 : throw new IOException("no OK")));
        Assert.Equal(0, machine.Stop());
        Assert.Contains("Saving the final RDB snapshot", machine.Output, StringComparison.Ordinal);
        Assert.Contains("DB saved on disk", machine.Output, StringComparison.Ordinal);
    }

    private static string Mote => Path.Combine(Repository.Root, "mote");

    /// <summary>Starts a program, waits until it says that it is ready, and sends it a signal.</summary>
    private static async Task<(int Status, string Output, string Errors)> Ask(IReadOnlyList<string> words, string signal)
    {
        MoteTool.Build();

        // Whoever runs the tests in the background may have SIGINT ignored.
        ProcessStartInfo start = new("env", ["--default-signal", .. words]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
        start.Environment["MOTE_NO_BUILD"] = "1";
        start.Environment["MOTE_CACHE"] = Path.Combine(Repository.Artifacts, "cache");
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string first = await process.StandardOutput.ReadLineAsync().WaitAsync(s_patience) ?? throw new InvalidOperationException("it ended: " + await errors);
            ChildRun.Run("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)], new ChildOptions());
            string rest = await process.StandardOutput.ReadToEndAsync().WaitAsync(s_patience);
            await process.WaitForExitAsync().WaitAsync(s_patience);
            return (process.ExitCode, first + "\n" + rest, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
