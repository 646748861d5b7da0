using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Mote.Cli.Kvm;
using Mote.Imaging;
using Mote.Tests.Guest;
using Xunit;

namespace Mote.Tests.Kvm;

/// <summary>What ends a machine under KVM, and what looks into it: a panic, a debugger; and a Linux guest beside it, which minds none of that.</summary>
public sealed class EndTests
{
    private static string Hello => ProgramCompiler.PathOf(ProgramCatalog.Get("hello (musl)"));

    [Theory]
    [InlineData("write-text", "write to read-only memory in the kernel", "microvm")]
    [InlineData("read-program", "program memory touched by kernel code", "q35")] // SMAP
    [InlineData("execute-program", "execution of what is not kernel code", "microvm")] // SMEP
    public void An_attack_ends_in_a_panic(string attack, string reason, string machine)
    {
        RunOutcome outcome = KvmComputer.RunMote(["run", "--timeout", "60s", "--machine", machine, "--kernel-option=mote.attack=" + attack, Hello], [], 60);
        Assert.True(outcome.Status == 125, outcome.ErrorText);
        Assert.Contains("kernel panic: " + reason, outcome.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>Debian's kernel, which the computer itself runs, with busybox as its init.</summary>
    [Fact]
    [Trait("Category", "Long")]
    public async Task A_Linux_guest_runs_beside_a_machine()
    {
        const string Words = "Linux runs beside Mote";
        KvmHostProgram machine = KvmComputer.BeginMote(["run", "--timeout", "240s", "/usr/bin/busybox", "--", "sleep", "20"]);
        string[] options =
        [
            "-no-user-config", "-nodefaults", "-display", "none", "-no-reboot", "-M", "q35", "-accel", "kvm", "-cpu", "host", "-m", "256M", "-serial", "stdio",
            "-kernel", KvmComputer.LinuxKernel, "-initrd", Initramfs(Words), "-append", "console=ttyS0 quiet panic=-1",
        ];
        RunOutcome linux = KvmComputer.Run("qemu-system-x86_64", options, 120);
        Assert.Contains(Words, linux.OutputText, StringComparison.Ordinal);
        KvmHostOutcome outcome = await machine.Outcome;
        Assert.True(outcome.Status == 0, System.Text.Encoding.UTF8.GetString(outcome.Error));
    }

    private static string Initramfs(string words)
    {
        const UnixFileMode Executable = (UnixFileMode)0b111_101_101;
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "kvm")).FullName, "linux.cpio");
        using FileStream file = File.Create(path);
        CpioArchive archive = new(file);
        archive.AddDirectory("/bin", Executable);
        archive.AddDirectory("/dev", Executable);
        archive.AddDevice("/dev/console", UnixFileMode.UserRead | UnixFileMode.UserWrite, 5, 1);
        archive.AddFile("/bin/busybox", Executable, "/usr/bin/busybox");
        archive.AddFile("/init", Executable, System.Text.Encoding.UTF8.GetBytes($"#!/bin/busybox sh\necho {words}\n/bin/busybox poweroff -f\n"));
        archive.End();
        return path;
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task A_debugger_stops_the_kernel_at_a_method()
    {
        KvmHostProgram running = KvmComputer.BeginMote(["run", "--gdb", "--timeout", "240s", Hello]);
        int processId = await running.ProcessId;
        string port = await PortOfDebugger(processId, running);
        string symbols = Path.Combine(Repository.Root, "artifacts", "kernel", "mote.debug.elf");
        string[] commands =
        [
            "set tcp connect-timeout 60", $"target remote 127.0.0.1:{port}", "hbreak Mote_Image_Mote_Image_MachineRun__Run", "continue", "backtrace 2", "delete", "detach",
        ];
        List<string> arguments = ["-nx", "-batch", symbols];
        foreach (string command in commands)
        {
            arguments.AddRange(["-ex", command]);
        }

        RunOutcome debugger = KvmComputer.Run("gdb", arguments, 120);
        Assert.True(debugger.OutputText.Contains("#0", StringComparison.Ordinal), debugger.OutputText + debugger.ErrorText);
        Assert.Matches(@"#0 .*MachineRun__Run", debugger.OutputText);
        KvmHostOutcome outcome = await running.Outcome;
        Assert.True(outcome.Status == 0, System.Text.Encoding.UTF8.GetString(outcome.Error));
    }

    /// <summary>The tool says the port on standard error, which comes only with the end; QEMU's command line has it.</summary>
    private static async Task<string> PortOfDebugger(int tool, KvmHostProgram running)
    {
        while (!running.Outcome.IsCompleted)
        {
            RunOutcome processes = KvmComputer.Run("ps", ["-o", "args=", "-ww", "--ppid", tool.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            Match port = Regex.Match(processes.OutputText, @"-gdb tcp:127\.0\.0\.1:(\d+)");
            if (port.Success)
            {
                return port.Groups[1].Value;
            }

            await Task.Delay(500);
        }

        throw new InvalidOperationException("the machine has ended: " + System.Text.Encoding.UTF8.GetString((await running.Outcome).Error));
    }
}
