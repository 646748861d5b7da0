using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Mote.Cli.Bench;

/// <summary><c>mote bench</c>: the figures that the kernel must hold, each with how it was taken. docs/bench.md explains them.</summary>
internal sealed partial class BenchCommand
{
    private readonly BenchReport _report = new();
    private readonly string _root = Installation.RequireRepository("bench");
    private readonly string _qemu = Executables.Qemu();
    private readonly string _kernel = Installation.Kernel();
    private readonly int _pairs;
    private readonly int _rounds;

    private readonly bool _isAlone;

    private BenchCommand(int pairs, int rounds, bool isAlone)
    {
        _pairs = pairs;
        _rounds = rounds;
        _isAlone = isAlone;
    }

    public static Command CreateSyntax()
    {
        Option<int> pairs = new("--pairs") { Description = "How often wall times are taken, Mote and Linux in turn", DefaultValueFactory = _ => 7, HelpName = "count" };
        Argument<string[]> which = new("figure") { Description = "size, boot, syscall, wall, memory, heap, linux, abi, net, exits; without one, all. soak is taken only when it is named", Arity = ArgumentArity.ZeroOrMore };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each kind that the soak makes", DefaultValueFactory = _ => 2_500_000, HelpName = "count" };
        Option<bool> alone = new("--alone") { Description = "Exits of Mote alone, without the Linux guests beside it" };
        Command command = new("bench", "Take the figures of the kernel: instructions, milliseconds, megabytes") { which, pairs, rounds, alone };
        command.SetAction(parsed => new BenchCommand(parsed.GetValue(pairs), parsed.GetValue(rounds), parsed.GetValue(alone)).Run(parsed.GetValue(which) ?? []));
        return command;
    }

    private int Run(string[] which)
    {
        (string Name, Action Take)[] figures = [("size", Size), ("boot", BootInstructions), ("syscall", SystemCall), ("wall", WallTime), ("memory", Memory), ("heap", HeapPause), ("linux", BesideBothLinuxes), ("abi", Abi), .. NetFigures, .. ExitFigures, ("soak", Soak)];
        if (which.FirstOrDefault(name => figures.All(figure => !IsNamed(figure.Name, [name]))) is string unknown)
        {
            throw new CliException($"there is no figure '{unknown}'; there are: {string.Join(", ", figures.Select(figure => figure.Name))}");
        }

        try
        {
            foreach ((string name, Action take) in figures)
            {
                if (which.Length == 0 ? name != "soak" : IsNamed(name, which))
                {
                    take();
                }
            }
        }
        finally
        {
            _kvmHost?.Dispose();
        }

        return _report.AllReached ? ExitStatus.Success : ExitStatus.Failure;
    }

    /// <summary>Whether a figure is asked for: by its name, or by that of its group, before the colon.</summary>
    private static bool IsNamed(string figure, string[] which) => which.Contains(figure) || which.Contains(figure.Split(':')[0]);

    private void Size()
    {
        long bytes = new FileInfo(_kernel).Length;
        _report.Figure("kernel, stripped", Text($"{bytes / 1048576.0:F2} MB"), "at most 1.5 MB", bytes <= 1.5 * 1048576, $"the length of {Path.GetFileName(_kernel)}: {bytes} bytes");
    }

    private void BootInstructions()
    {
        MoteGuest guest = MoteGuest.Create(_kernel, BenchPrograms.Build(_root, "first-write"));
        string probe = Path.Combine(BenchPrograms.Folder(_root), "entry-probe.elf");
        EntryProbe.Write(_kernel, probe);
        long? small = Boot(128), large = Boot(2048);
        if (small is not long few || large is not long many)
        {
            _report.Missing("instructions to the first write", "the program did not print");
            return;
        }

        double more = 100.0 * (many - few) / few;
        _report.Figure(
            "instructions from the kernel's first to the program's first write", Text($"{few / 1e6:F2} million in 128 MB, {many / 1e6:F2} million in 2 GB ({more:+0.0;-0.0} %)"),
            "at most 3 million; at most 5 % more in 2 GB", few <= 3_000_000 && more <= 5,
            "-icount shift=0,sleep=off: the time stamp counter, read by a static program before its first write, less what a copy of the kernel that only prints it reads at its entry");

        long? Boot(int memory)
        {
            string? entry = BenchMachine.Run(_qemu, guest.WithKernel(probe).Arguments(memory, countInstructions: true), EntryProbe.Beginning).Line;
            string? write = BenchMachine.Run(_qemu, guest.Arguments(memory, countInstructions: true), "first-write ").Line;
            return entry is null || write is null
                ? null
                : long.Parse(Word(write, 1), CultureInfo.InvariantCulture) - long.Parse(Word(entry, 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
    }

    private void SystemCall()
    {
        string program = BenchPrograms.Build(_root, "getppid");
        string? counted = BenchMachine.Run(_qemu, MoteGuest.Create(_kernel, program, "20000").Arguments(128, countInstructions: true), "getppid ").Line;
        if (counted is null)
        {
            _report.Missing("getppid", "the program did not print");
            return;
        }

        double instructions = Number(counted, 3) / Number(counted, 1);
        _report.Figure("getppid, instructions", Text($"{instructions:F0}"), "at most 250", instructions <= 250, "-icount shift=0,sleep=off: counter before and after 20,000 calls, the loop included");

        MoteGuest guest = MoteGuest.Create(_kernel, program, "1000000");
        LinuxGuest? linux = LinuxGuest.TryFind(_root);
        if (linux is null)
        {
            _report.Missing("getppid, wall time", "there is no Debian cloud kernel to compare with (apt-get download linux-image-cloud-amd64)");
            return;
        }

        List<double> mote = [], theirs = [];
        for (int i = 0; i < _pairs; i++)
        {
            Take(mote, BenchMachine.Run(_qemu, guest.Arguments(128, countInstructions: false), "getppid ").Line);
            Take(theirs, BenchMachine.Run(_qemu, linux.Arguments(program, 256), "getppid ").Line);
        }

        if (mote.Count == 0 || theirs.Count == 0)
        {
            _report.Missing("getppid, wall time", "no run ended on " + (mote.Count == 0 ? "Mote" : "Linux"));
            return;
        }

        double ratio = BenchReport.Median(mote) / BenchReport.Median(theirs);
        _report.Figure(
            "getppid, wall time", Text($"{BenchReport.Median(mote):F0} ns, Linux {BenchReport.Median(theirs):F0} ns, ratio {ratio:F2}"), "at most half", ratio <= 0.5,
            Text($"TCG: 1,000,000 calls by the guest's clock, medians of {_pairs} runs in turn with {linux.KernelName}"));

        static void Take(List<double> times, string? line)
        {
            if (line is not null)
            {
                times.Add(Number(line, 5) / Number(line, 1));
            }
        }
    }

    private void WallTime()
    {
        string program = BenchPrograms.Build(_root, "first-write");
        MoteGuest guest = MoteGuest.Create(_kernel, program);
        LinuxGuest? linux = LinuxGuest.TryFind(_root);
        List<double> mote = [], theirs = [];
        for (int i = 0; i < _pairs; i++)
        {
            Take(mote, BenchMachine.Run(_qemu, guest.Arguments(128, countInstructions: false), "first-write "));
            if (linux is not null)
            {
                Take(theirs, BenchMachine.Run(_qemu, linux.Arguments(program, 256), "first-write "));
            }
        }

        if (mote.Count == 0 || theirs.Count == 0)
        {
            _report.Missing("wall time to the first output", mote.Count == 0 ? "no run ended on Mote" : "there is no Debian cloud kernel to compare with, or it did not run");
            return;
        }

        double ratio = BenchReport.Median(theirs) / BenchReport.Median(mote);
        _report.Figure(
            "wall time from starting QEMU to the first output", Text($"{BenchReport.Median(mote):F0} ms, Linux {BenchReport.Median(theirs):F0} ms, one {ratio:F1}th"), "at most a thirtieth", ratio >= 30,
            Text($"TCG, microvm with a serial port only, medians of {_pairs} runs in turn with {linux!.KernelName} and the same program as init of an initramfs"));

        static void Take(List<double> times, BenchMachine run)
        {
            if (run.Line is not null)
            {
                times.Add(run.FirstByteMs);
            }
        }
    }

    private void Memory()
    {
        const string How = "mote run --memory N, N halved between one that fails and one that prints";
        Least("smallest memory for a static program", 8, 64, [BenchPrograms.Build(_root, "first-write")], "first-write");
        Least("smallest memory for python3 -c 'print(6*7)'", 40, 256, ["/usr/bin/python3", "--", "-c", "print(6*7)"], "42");

        void Least(string what, int reach, int most, string[] program, string expected) => SmallestMemory(what, reach, most, program, expected, How);
    }

    private void SmallestMemory(string what, int reach, int most, string[] program, string expected, string how)
    {
        int fails = 1, works = most;
        if (!Prints(most))
        {
            _report.Missing(what, Text($"it does not run in {most} MB"));
            return;
        }

        while (works - fails > 1)
        {
            int middle = (works + fails) / 2;
            (fails, works) = Prints(middle) ? (fails, middle) : (middle, works);
        }

        _report.Figure(what, Text($"{works} MB"), Text($"{reach} MB"), works <= reach, how);

        bool Prints(int megabytes)
        {
            (int status, string text) = ChildProcess.Capture(Path.Combine(_root, "mote"), ["run", "--timeout", "60s", "--memory", Text($"{megabytes}M"), .. program]);
            return status == 0 && text.Contains(expected, StringComparison.Ordinal);
        }
    }

    private static string Word(string line, int index) => line.Split(' ')[index];

    private static double Number(string line, int index) => double.Parse(Word(line, index), CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
