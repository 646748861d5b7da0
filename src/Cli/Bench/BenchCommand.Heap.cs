using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Mote.Cli.Bench;

// The kernel heap: how long a collection stops everything, and whether memory comes back.
internal sealed partial class BenchCommand
{
    private void HeapPause()
    {
        const long Most = 5_000_000;
        MoteGuest guest = MoteGuest.Create(_kernel, BenchPrograms.Build(_root, "heap-pause"), "100000");
        string? line = BenchMachine.Run(_qemu, guest.Arguments(256, countInstructions: true), "heap-pause ").Line;
        if (line is null)
        {
            _report.Missing("collection of the kernel heap", "the program did not print");
            return;
        }

        double objects = Number(line, 1), instructions = Number(line, 5);
        _report.Figure(
            Text($"collection with {objects:N0} live kernel objects, instructions"), Text($"{instructions / 1e6:F2} million, {instructions / objects:F0} an object"), "at most 5 million", objects >= 100_000 && instructions <= Most,
            Text($"-icount shift=0,sleep=off: counter before and after the collection; event descriptors and mappings of a program, {Number(line, 3) / 1e6:F1} MB of objects"));
    }

    private void Soak()
    {
        string program = BenchPrograms.Build(_root, "soak");
        (int status, string text) = ChildProcess.Capture(
            Path.Combine(_root, "mote"), ["run", "--memory", "256M", program, "--", _rounds.ToString(CultureInfo.InvariantCulture)]);
        string[] lines = [.. text.Split('\n').Where(line => line.StartsWith("soak ", StringComparison.Ordinal))];
        foreach (string line in lines)
        {
            HostOutput.StandardOutput.WriteLine("       " + line);
        }

        _report.Figure(
            Text($"{4L * _rounds:N0} rounds of open/close, thread create/join, mmap/munmap and signals"), lines.Length == 0 ? "no result" : lines[^1]["soak ".Length..], "heap and free memory within 1 % of where they began", status == 0,
            "bench/soak.c: /sys/kernel/mote/heap after 2,000 rounds of each kind and after all, means over 400,000 rounds");
    }
}
