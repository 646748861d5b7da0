using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Mote.Cli.Kvm;
using Mote.Cli.Vmm;

namespace Mote.Cli.Bench;

// Exits under KVM in an emulated computer, which counts them: of Mote, of the small Linux and of Debian's. Counts do not depend on how fast that computer is.
internal sealed partial class BenchCommand
{
    private const int ExitSeconds = 600;
    private const int RedisRequests = 2000;

    /// <summary>Of what is printed to be read and depends on how fast the emulated computer is, or on the firmware.</summary>
    private const double Any = double.PositiveInfinity;

    /// <summary>What the entry probe exits for by itself: 23 bytes to the serial port and a halt.</summary>
    private const int ProbeExits = 24;

    /// <summary>The first byte of the line is the first output; each byte after it is an exit of its own.</summary>
    private const string SerialWrite = "write port 3f8";

    private readonly Dictionary<(ExitGuest Guest, bool WithDevices), ExitBoot?> _boots = [];
    private KvmHost? _kvmHost;
    private List<ExitGuest>? _exitGuests;

    /// <summary>
    /// A row: what it counts, the most that Mote may have on microvm and on q35 (null: not measured there), and how a guest's count is
    /// taken.
    /// </summary>
    private sealed record ExitRow(string What, double? Limit, double? LimitQ35, Func<ExitGuest, (double Count, ExitCounts Counts)?> Take);

    /// <summary>
    /// A start of a machine: exits from the kernel's entry to the first output and what they were, those of the firmware before, and the
    /// time from QEMU's start.
    /// </summary>
    private sealed record ExitBoot(double Count, ExitCounts Counts, ExitCounts Firmware, double Milliseconds);

    private (string Name, Action Take)[] ExitFigures =>
    [
        ("exits:boot", () => ExitTable(
        [
            new ExitRow("to the first output, serial port only", 25, 60, guest => ToOutput(guest, withDevices: false)),
            new ExitRow("to the first output, devices of mote run", 230, 340, guest => ToOutput(guest, withDevices: true)),
            new ExitRow("of the firmware before it, serial port only", Any, Any, guest => OfFirmware(guest, withDevices: false)),
            new ExitRow("of the firmware before it, devices of mote run", Any, Any, guest => OfFirmware(guest, withDevices: true)),
            new ExitRow("milliseconds to the first output, serial port only", Any, Any, guest => Milliseconds(guest, withDevices: false)),
            new ExitRow("milliseconds to the first output, devices of mote run", Any, Any, guest => Milliseconds(guest, withDevices: true)),
        ])),
        ("exits:program", () => ExitTable(
        [
            new ExitRow("a line to the serial port", 60, null, guest => Each(guest, "lines", 100)),
            new ExitRow("a timer that fires", 4, null, guest => Each(guest, "timers", 100)),
            new ExitRow("a second of idling", 1, null, guest => Second(guest, "idle")),
            new ExitRow("a second of computing, one thread", 3, null, guest => Second(guest, "compute", "1")),
            new ExitRow("a second of computing, two threads", 1000, null, guest => Second(guest, "compute", "2")),
        ])),
        ("exits:http", () => ExitTable(
        [
            new ExitRow("an HTTP request, wrk -c1", 5.5, 3.5, guest => Served(guest, HttpServer, HttpPort, RunWrkInside(1))),
            new ExitRow("an HTTP request, wrk -c32", 1.5, 1, guest => Served(guest, HttpServer, HttpPort, RunWrkInside(32))),
        ])),
        ("exits:redis", () => ExitTable(
        [
            new ExitRow("a Redis GET, -c 1 -P 1", 5, 3, guest => Served(guest, RedisServer, RedisPort, RunRedisInside(1))),
            new ExitRow("a Redis GET, -c 1 -P 16", 0.4, 0.25, guest => Served(guest, RedisServer, RedisPort, RunRedisInside(16))),
        ])),
    ];

    private KvmHost Emulated => _kvmHost ??= KvmHost.Start(_root);

    private List<ExitGuest> ExitGuests()
    {
        if (_exitGuests is null)
        {
            _exitGuests = [ExitGuest.Mote(_root, _kernel, MachineModel.Microvm, NetMemory), ExitGuest.Mote(_root, _kernel, MachineModel.Q35, NetMemory)];
            foreach ((string name, Func<string, LinuxGuest?> find) in new (string, Func<string, LinuxGuest?>)[] { ("small Linux", LinuxGuest.TryFindSmall), ("Debian's", LinuxGuest.TryFind) })
            {
                if (!_isAlone && find(_root) is LinuxGuest linux)
                {
                    _exitGuests.Add(ExitGuest.Linux(_root, name, linux, NetMemory));
                }
            }
        }

        return _exitGuests;
    }

    private void ExitTable(IReadOnlyList<ExitRow> rows)
    {
        List<ExitGuest> guests = ExitGuests();
        List<string[]> cells = [];
        StringBuilder frequent = new();
        int missed = 0;
        foreach (ExitRow row in rows)
        {
            (double Count, ExitCounts Counts)?[] taken = [.. guests.Select(guest => guest.Model == MachineModel.Q35 && row.LimitQ35 is null ? null : row.Take(guest))];
            bool isReached = IsWithin(taken[0]?.Count, row.Limit) && IsWithin(taken[1]?.Count, row.LimitQ35);
            missed += isReached ? 0 : 1;
            string reach = row.Limit == Any ? "-" : row.LimitQ35 is double limit ? Text($"{row.Limit:0.##}; {limit:0.##}") : Text($"{row.Limit:0.##}");
            cells.Add([row.What, .. taken.Select(one => one is (double number, _) ? Text($"{number:0.##}") : "-"), reach, isReached ? "ok" : "missed"]);
            for (int i = 0; i < guests.Count; i++)
            {
                frequent.Append(taken[i] is (_, ExitCounts counts) ? $"\n       {row.What}, {guests[i].Name}: {counts.Text(10)}" : "");
            }
        }

        _report.Table(
            ["exits for", .. guests.Select(guest => guest.Name), "reach", ""], cells,
            "KVM (kvm-amd) in a computer that QEMU emulates, -cpu host; tracepoints of KVM, without interrupts of the computer's own. Most frequent:" + frequent, missed);

        static bool IsWithin(double? count, double? limit) => limit is null || count <= limit;
    }

    private (double, ExitCounts)? ToOutput(ExitGuest guest, bool withDevices) => BootOf(guest, withDevices) is ExitBoot boot ? (boot.Count, boot.Counts) : null;

    private (double, ExitCounts)? OfFirmware(ExitGuest guest, bool withDevices) => BootOf(guest, withDevices) is ExitBoot boot ? (boot.Firmware.All, boot.Firmware) : null;

    private (double, ExitCounts)? Milliseconds(ExitGuest guest, bool withDevices) => BootOf(guest, withDevices) is ExitBoot boot ? (boot.Milliseconds, ExitCounts.None) : null;

    private ExitBoot? BootOf(ExitGuest guest, bool withDevices)
    {
        if (!_boots.TryGetValue((guest, withDevices), out ExitBoot? boot))
        {
            string[]? arguments = withDevices ? guest.Run?.Invoke("exits", "idle") : guest.Program("exits", "idle");
            _boots[(guest, withDevices)] = boot = arguments is null ? null : Boot(arguments);
        }

        return boot;
    }

    /// <summary>
    /// From the kernel's entry to the first byte of output, the least of a few runs: one that takes long has its timer set. The program
    /// waits then, which is a halt.
    /// </summary>
    private ExitBoot? Boot(string[] arguments)
    {
        const int Runs = 3;
        if (Firmware(arguments) is not ExitCounts firmware)
        {
            return null;
        }

        List<(double Count, ExitCounts Own, double Milliseconds)> runs = [];
        for (int i = 0; i < Runs; i++)
        {
            if (CountUntil(arguments, "ready", 0, ExitCounts.NotOfFirmware) is not ExitCounts counts)
            {
                return null;
            }

            long after = Math.Max(0, counts.Reasons.GetValueOrDefault(SerialWrite) - 1) + counts.Reasons.GetValueOrDefault("halt");
            runs.Add((counts.All - after, counts, counts.Milliseconds));
        }

        (double Count, ExitCounts Own, double) least = runs.MinBy(run => run.Count);
        return new ExitBoot(least.Count, least.Own, firmware, BenchReport.Median(runs.Select(run => run.Milliseconds)));
    }

    /// <summary>
    /// What the firmware takes of the same machine: up to the first byte that a kernel prints which does nothing else. It is a copy of
    /// Mote's kernel in place of any.
    /// </summary>
    private ExitCounts? Firmware(string[] arguments)
    {
        string probe = System.IO.Path.Combine(BenchPrograms.Folder(_root), "entry-probe.elf");
        EntryProbe.Write(_kernel, probe);
        string[] probing = [.. arguments];
        for (int i = 0; i + 1 < probing.Length; i++)
        {
            probing[i + 1] = probing[i] switch
            {
                "-kernel" => probe,
                "-serial" => "stdio",
                "-chardev" => ExitGuest.Silent(probing[i + 1]),
                _ => probing[i + 1],
            };
        }

        return CountUntil(probing, EntryProbe.Beginning, 0) is ExitCounts counts ? WithoutProbe(counts) : null;
    }

    private static ExitCounts WithoutProbe(ExitCounts counts) => counts with { All = Math.Max(0, counts.All - ProbeExits) };

    /// <summary>The difference between a run that does so many of something and one that does none, for each.</summary>
    private (double, ExitCounts)? Each(ExitGuest guest, string what, int count)
    {
        ExitCounts? many = CountUntil(guest.Program("exits", what, Text($"{count}")), "done", 0), none = CountUntil(guest.Program("exits", what, "0"), "done", 0);
        return many is not null && none is not null ? ((many.All - none.All) / (double)count, many - none) : null;
    }

    private (double, ExitCounts)? Second(ExitGuest guest, params string[] arguments)
    {
        const int Seconds = 5;
        return CountUntil(guest.Program("exits", arguments), "ready", Seconds) is ExitCounts counts ? (counts.All / (double)Seconds, counts) : null;
    }

    /// <summary>Counts from the machine's start to a line of its output; or, with seconds, for that long from a moment after it.</summary>
    private ExitCounts? CountUntil(string[] arguments, string line, int seconds, string filter = "")
    {
        string after = seconds == 0 ? "read_all" : Text($"sleep 2; clear; sleep {seconds}; read_all");
        return Measured(
            $$"""
            set_up '{{filter}}'; clear
            from=$(cut -d' ' -f1 /proc/uptime)
            "$@" > $out 2>&1 < /dev/null & machine=$!
            for i in $(seq 3000); do if grep -q '{{line}}' $out || ! kill -0 $machine; then break; fi; sleep 0.02; done
            echo "elapsed $from $(cut -d' ' -f1 /proc/uptime)"
            {{after}}
            kill -9 $machine; wait $machine
            """,
            arguments)?.Counts;
    }

    /// <summary>Counts while a client asks; it prints how many answers it got, last.</summary>
    private (double, ExitCounts)? Served(ExitGuest guest, Imaging.ImageRequest server, int guestPort, string client)
    {
        NetworkOptions network = NetGuest.Forward(guestPort, out int port);
        string ready = guestPort == RedisPort ? "redis-cli -p $port ping" : "curl -s -o /dev/null -m 10 http://127.0.0.1:$port/";
        (ExitCounts Counts, string Text)? measured = Measured(
            $$"""
            port={{port.ToString(CultureInfo.InvariantCulture)}}
            "$@" > $out 2>&1 < /dev/null & machine=$!
            for i in $(seq 100); do if timeout 20 {{ready}} > /dev/null || ! kill -0 $machine; then break; fi; sleep 0.5; done
            {{client}} > /dev/null
            set_up ''; clear
            {{client}}
            read_all
            kill -9 $machine; wait $machine
            """,
            guest.Server(server, network));
        if (measured is not (ExitCounts counts, string text))
        {
            return null;
        }

        Match requests = Regex.Match(text, @"(\d+) requests in|^""GET"",""([\d.]+)""", RegexOptions.Multiline);
        double count = requests.Groups[2].Success ? RedisRequests : requests.Success ? Parse(requests, 1) : 0;
        return count > 0 ? (counts.All / count, counts.With("requests", (long)count)) : null;
    }

    private static string RunWrkInside(int connections) => Text($"wrk -t1 -c{connections} -d4 --timeout 30 http://127.0.0.1:$port/");

    private static string RunRedisInside(int pipeline) => Text($"redis-benchmark -p $port -t get -c 1 -P {pipeline} -n {RedisRequests} --csv");

    private (ExitCounts Counts, string Text)? Measured(string script, string[] arguments)
    {
        string text = ExitCounts.Script + "\nout=$(mktemp)\n" + script;
        KvmHostOutcome outcome = Emulated.Run("/bin/sh", ["-c", text, "sh", _qemu, .. ForKvm(arguments)], ExitSeconds);
        string output = Encoding.UTF8.GetString(outcome.Output);
        ExitCounts counts = ExitCounts.Parse(output);
        if (counts.All == 0)
        {
            Console.Error.WriteLine($"mote: no exits were counted: {output}{Encoding.UTF8.GetString(outcome.Error)}");
            return null;
        }

        Match elapsed = Regex.Match(output, @"^elapsed ([\d.]+) ([\d.]+)", RegexOptions.Multiline);
        return (counts with { Milliseconds = elapsed.Success ? (Parse(elapsed, 2) - Parse(elapsed, 1)) * 1000 : 0 }, output);
    }

    /// <summary>The same machine by KVM, with the CPU that it has.</summary>
    private static string[] ForKvm(string[] arguments)
    {
        string[] changed = [.. arguments];
        for (int i = 0; i + 1 < changed.Length; i++)
        {
            changed[i + 1] = changed[i] switch
            {
                "-accel" => "kvm",
                "-cpu" => "host",
                "-smp" => "1",
                _ => changed[i + 1],
            };
        }

        return changed;
    }
}
