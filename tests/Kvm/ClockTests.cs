using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using Mote.Tests.Guest;
using Xunit;

namespace Mote.Tests.Kvm;

/// <summary>
/// Clocks of hypervisors under KVM: kvmclock, Hyper-V's as KVM has it, and none. A machine is stopped, or moved into a file and out of it,
/// while the computer's clock goes an hour on: its monotonic time goes on
/// without a step back, and its time of day is right afterwards where KVM's clock says so.
/// </summary>
public sealed class ClockTests
{
    private const long Hour = 3600L * 1_000_000_000;

    /// <summary>What a busy computer may need from a printed line to the reading of it; beside an hour it is nothing.</summary>
    private const long Allowance = 600L * 1_000_000_000;

    private const string Program =
        "import time\nwhile True:\n print('at', time.monotonic_ns(), time.time_ns(), flush=True)\n time.sleep(0.2)";

    [Theory]
    [InlineData("stop")]
    [InlineData("move")]
    public void Time_is_right_after_the_machine_stood_still(string kind)
    {
        string image = BareMachine.Image("ticks", "/usr/bin/python3", "--", "-c", Program);
        RunOutcome outcome = KvmComputer.Run(
            "/usr/bin/python3",
            [
                Path.Combine(Repository.Root, "tests", "Kvm", "stops.py"), "3600", kind, "qemu-system-x86_64", "-no-user-config",
                    "-nodefaults", "-display", "none", "-M", "microvm,acpi=off,isa-serial=on", "-accel", "kvm",
                "-cpu", "host", "-m", "256M", "-kernel", Path.Combine(Repository.Root, "artifacts", "kernel", "mote.elf"), "-initrd",
                    Path.Combine(image, "root.erofs"),
                "-append", BareMachine.CommandLine(image), "-serial", "stdio",
            ],
            120);
        Assert.True(outcome.Status == 0, outcome.ErrorText);
        Reading[] readings = [.. outcome.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Reading.Parse)];
        Assert.Contains(readings, reading => reading.Phase == "before");
        Assert.True(readings.Count(reading => reading.Phase == "after") >= 10, outcome.OutputText);
        for (int i = 1; i < readings.Length; i++)
        {
            Assert.True(readings[i].Monotonic > readings[i - 1].Monotonic && readings[i].Real > readings[i - 1].Real, outcome.OutputText);
        }

        // The first lines after the stop may have been on their way before it.
        Assert.All(readings.Where((reading, i) => reading.Phase == "before" || i >= readings.Length - 5), reading =>
            Assert.InRange(reading.Host - reading.Real, -Allowance, Allowance));
        Assert.True(readings[^1].Monotonic - readings[0].Monotonic < Hour, outcome.OutputText);
    }

    /// <summary>
    /// What hypervisors state, one after the other: Hyper-V's frequencies or reference page where KVM hides itself, and nothing at all.
    /// </summary>
    [Theory]
    [Trait("Category", "Long")]
    [InlineData("host,kvm=off,hv-relaxed,hv-time,hv-vpindex,hv-frequencies")]
    [InlineData("host,kvm=off,hv-relaxed,hv-time,hv-vpindex")]
    [InlineData("host,hv-passthrough")] // KVM's clock is there, too, above
    [InlineData("host,-kvmclock")]
    [InlineData("host,kvm=off")]
    public void A_program_runs_by_the_clock_that_there_is(string cpu)
    {
        long now = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100; // most of them tell no time of day
        string image = BareMachine.Image("clocks", ProgramCompiler.PathOf(ProgramCatalog.Get("clocks (musl)")));
        RunOutcome outcome = KvmComputer.Run(
            "qemu-system-x86_64",
            [
                "-no-user-config", "-nodefaults", "-display", "none", "-no-reboot", "-M", "microvm,acpi=off,isa-serial=on", "-accel",
                    "kvm", "-cpu", cpu, "-m", "64M",
                "-kernel", Path.Combine(Repository.Root, "artifacts", "kernel", "mote.elf"), "-initrd", Path.Combine(image, "root.erofs"),
                    "-append", $"{BareMachine.CommandLine(image)} mote.time={now}", "-serial", "stdio",
            ]);
        RunOutcome here = ChildRun.Run(ProgramCompiler.PathOf(ProgramCatalog.Get("clocks (musl)")), [], new ChildOptions());
        Assert.Equal(here.OutputText, outcome.OutputText.ReplaceLineEndings("\n"));
    }

    private sealed record Reading(string Phase, long Monotonic, long Real, long Host)
    {
        public static Reading Parse(string line)
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            return new Reading(root.GetProperty("phase").GetString()!, root.GetProperty("monotonic").GetInt64(),
                root.GetProperty("real").GetInt64(), root.GetProperty("host").GetInt64());
        }
    }
}
