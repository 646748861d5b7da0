using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// The machine's time of day is this computer's: a question that it gets has an answer that is no earlier than the question and no later
/// than the answer's arrival, but for what a message takes.
/// </summary>
public sealed class WallClockTests
{
    private const string Program = """
        import sys, time
        print('ready', flush=True)
        for line in sys.stdin:
            print(time.time_ns(), flush=True)
        """;

    /// <summary>
    /// How long the kernel's question for the time may be on its way; the clock was late by 200 ms and more when it was that of QEMU's
    /// start.
    /// </summary>
    private static readonly TimeSpan s_allowance = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("microvm")]
    [InlineData("q35")]
    public async Task A_machine_knows_the_time_from_its_start(string model)
    {
        using Process tool = Start(model);
        await Check(tool);
        Assert.Equal(0, await End(tool));
    }

    [Fact]
    public async Task A_machine_that_stood_still_knows_the_time()
    {
        using Process tool = Start("microvm");
        await Check(tool);
        string machine = Directory.GetDirectories("/proc").Select(Path.GetFileName).First(name => int.TryParse(name, CultureInfo.InvariantCulture, out _) && IsChildOf(name!, tool.Id))!;
        ChildRun.Run("kill", ["-STOP", machine], new ChildOptions());
        await Task.Delay(3000);
        ChildRun.Run("kill", ["-CONT", machine], new ChildOptions());
        await Check(tool);
        Assert.Equal(0, await End(tool));
    }

    private static Process Start(string model)
    {
        MoteTool.Build();
        ProcessStartInfo start = new(Path.Combine(Repository.Root, "mote"), ["run", "--machine", model, "--no-tty", "/usr/bin/python3", "--", "-c", Program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["MOTE_NO_BUILD"] = "1";
        start.Environment["MOTE_CACHE"] = Path.Combine(Repository.Artifacts, "cache");
        return Process.Start(start)!;
    }

    /// <summary>Asks three times.</summary>
    private static async Task Check(Process tool)
    {
        for (int attempt = 0; ; attempt++)
        {
            DateTime asked = DateTime.UtcNow;
            await tool.StandardInput.WriteAsync("now\n");
            await tool.StandardInput.FlushAsync();
            string answer;
            do
            {
                answer = await tool.StandardOutput.ReadLineAsync().WaitAsync(s_patience) ?? throw new InvalidOperationException("the machine ended");
            }
            while (answer == "ready");
            DateTime told = DateTime.UnixEpoch.AddTicks(long.Parse(answer, CultureInfo.InvariantCulture) / 100);
            DateTime heard = DateTime.UtcNow;
            Assert.InRange(told, asked - s_allowance, heard + s_allowance);
            if (attempt == 2)
            {
                return;
            }
        }
    }

    private static async Task<int> End(Process tool)
    {
        tool.StandardInput.Close();
        using CancellationTokenSource limit = new(s_patience);
        await tool.WaitForExitAsync(limit.Token);
        return tool.ExitCode;
    }

    private static bool IsChildOf(string process, int parent)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[1] == parent.ToString(CultureInfo.InvariantCulture) && File.ReadAllText($"/proc/{process}/cmdline").Contains("qemu", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
