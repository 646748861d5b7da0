using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Mote.Imaging;

namespace Mote.Cli.Bench;

// The Linux interface beside a Linux guest: starts of programs, computing, and the least memory. Mote and Linux run in turn.
internal sealed partial class BenchCommand
{
    private void Abi()
    {
        LinuxGuest? linux = LinuxGuest.TryFind(_root);
        if (linux is null)
        {
            _report.Missing("starts of programs and computing", "there is no Debian cloud kernel to compare with (apt-get download linux-image-cloud-amd64)");
            return;
        }

        foreach (ProgramStart program in ProgramStart.In(_root))
        {
            Start(linux, program);
        }

        Computing(linux, "openssl speed", new ImageRequest { ProgramPath = "/usr/bin/openssl", Arguments = ["speed", "-seconds", "2", "-bytes", "16384", "sha256"] }, @"^sha256\s+([\d.]+)k", isRate: true);
        Computing(linux, "a .NET loop", new ImageRequest { ProgramPath = Path.Combine(_root, "bench", "Loop") }, @"^loop (\d+) ns", isRate: false);
        const string How = "mote run --memory N, N halved between one that fails and one that prints";
        SmallestMemory("smallest memory for NativeAOT hello", 24, 256, [ProgramStart.Native(_root)], "Hello, World!", How);
        SmallestMemory("smallest memory for CoreCLR hello", 96, 512, [ProgramStart.Managed(_root)], "Hello, World!", How);
    }

    private void Start(LinuxGuest linux, ProgramStart program)
    {
        string what = program.Name + ", from starting QEMU to the end";
        ImageRequest request = new() { ProgramPath = program.Path, Arguments = program.Arguments };
        if (!program.IsInstalled)
        {
            _report.Missing(what, program.Path + " is not installed");
            return;
        }

        if (!TryTake(linux, request, what, program.Name, program.MemoryMebibytes, EndOf, out List<double> own, out List<double> other))
        {
            return;
        }

        double ratio = BenchReport.Median(own) / BenchReport.Median(other);
        _report.Figure(
            what, Text($"{BenchReport.Median(own):F0} ms, Linux {BenchReport.Median(other):F0} ms, ratio {ratio:F2}"), Text($"at most 1/{program.Parts} of Linux"), ratio * program.Parts <= 1,
            Text($"TCG, microvm with a serial port only, medians of {_pairs} runs in turn with {linux.KernelName}, which has the same files in an initramfs"));

        // What goes wrong says so on the serial port; Linux's init prints the status.
        double? EndOf(BenchMachine run)
        {
            string printed = Regex.Replace(run.Text, @"^start: status 0\r?$", "", RegexOptions.Multiline).Trim();
            bool isRight = program.Expected.Length == 0
                ? printed.Length == 0
                : printed.Contains(program.Expected, StringComparison.Ordinal) && !printed.Contains("start: status", StringComparison.Ordinal);
            return isRight ? run.EndMs : null;
        }
    }

    /// <summary>A program that computes and says itself how fast it was.</summary>
    private void Computing(LinuxGuest linux, string name, ImageRequest request, string pattern, bool isRate)
    {
        if (!File.Exists(request.ProgramPath) && !Directory.Exists(request.ProgramPath))
        {
            _report.Missing(name, request.ProgramPath + " is not there");
            return;
        }

        if (!TryTake(linux, request, name, name, 512, FigureOf, out List<double> own, out List<double> other))
        {
            return;
        }

        // A busy computer only makes computing slower, and by more than what is to be seen here: the best runs are compared.
        double best = isRate ? own.Max() : own.Min();
        double linuxBest = isRate ? other.Max() : other.Min();
        double ratio = isRate ? linuxBest / best : best / linuxBest;
        string unit = isRate ? "KB/s" : "ns";
        _report.Figure(
            name, Text($"{best:F0} {unit}, Linux {linuxBest:F0} {unit}, time {100 * (ratio - 1):+0.0;-0.0} %"), "within 2 % of Linux", ratio <= 1.02,
            Text($"as the program says, the best of {_pairs} runs in turn with {linux.KernelName}"));

        double? FigureOf(BenchMachine run)
        {
            Match match = Regex.Match(run.Text, pattern, RegexOptions.Multiline);
            return match.Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
        }
    }

    /// <summary>Runs a program in both guests in turn and keeps what each run that went well gives. Reports it as missing and is false when there is no such run on either.</summary>
    private bool TryTake(
        LinuxGuest linux, ImageRequest request, string what, string name, int memory, Func<BenchMachine, double?> figureOf, out List<double> own, out List<double> other)
    {
        own = [];
        other = [];
        if (!TryPrepare(linux, request, name, memory, out string[] mote, out string[] theirs, out string why))
        {
            _report.Missing(what, why);
            return false;
        }

        for (int i = 0; i < _pairs; i++)
        {
            if (figureOf(BenchMachine.RunToEnd(_qemu, mote)) is double ours)
            {
                own.Add(ours);
            }

            if (figureOf(BenchMachine.RunToEnd(_qemu, theirs)) is double linuxes)
            {
                other.Add(linuxes);
            }
        }

        if (own.Count == 0 || other.Count == 0)
        {
            _report.Missing(what, "no run ended well on " + (own.Count == 0 ? "Mote" : "Linux"));
            return false;
        }

        return true;
    }

    private bool TryPrepare(LinuxGuest linux, ImageRequest request, string name, int memory, out string[] mote, out string[] theirs, out string why)
    {
        try
        {
            mote = MoteGuest.Create(_kernel, request).Arguments(memory, countInstructions: false);
            theirs = linux.StartArguments(request, name.Replace(' ', '-'), BenchPrograms.Build(_root, "start"), memory);
            why = "";
            return true;
        }
        catch (ImageException e)
        {
            mote = theirs = [];
            why = e.Message.Split('\n')[0];
            return false;
        }
    }
}
