using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Mote.Cli.Kvm;
using Mote.Cli.Vmm;
using Mote.Imaging;

namespace Mote.Cli.Bench;

// Exits under KVM in an emulated computer, which counts them: of Mote, of the small Linux and of Debian's. Counts do not depend on how fast that computer is.
internal sealed partial class BenchCommand
{
    private const int ExitSeconds = 600;

    /// <summary>The first byte of the line is the first output; each byte after it is an exit of its own.</summary>
    private const string SerialWrite = "write port 3f8";

    /// <summary>Options of a row: what it counts, the most that Mote may have, and how a guest's count is taken.</summary>
    private sealed record ExitRow(string What, double Limit, Func<ExitGuest, (double Count, ExitCounts Counts)?> Take);

    /// <summary>A kind of guest, as QEMU's arguments for a bench program with arguments, and for a server with a network.</summary>
    private sealed record ExitGuest(string Name, Func<string, string[], string[]> Program, Func<ImageRequest, NetworkOptions, string[]> Server, ExitCounts Firmware);

    private void Exits()
    {
        using KvmHost host = KvmHost.Start(_root);
        string probe = Path.Combine(BenchPrograms.Folder(_root), "entry-probe.elf");
        EntryProbe.Write(_kernel, probe);
        string start = BenchPrograms.Build(_root, "start");

        // The probe's own exits are 23 bytes to the serial port and a halt.
        const int ProbeExits = 24;
        string[] probeArguments = MoteGuest.Create(_kernel, BenchPrograms.Build(_root, "first-write")).WithKernel(probe).Arguments(128, countInstructions: false);
        ExitCounts? measured = CountUntil(host, probeArguments, EntryProbe.Beginning, 0);
        if (measured is null)
        {
            _report.Missing("exits", "the firmware does not reach the kernel");
            return;
        }

        ExitCounts firmware = measured with { All = Math.Max(0, measured.All - ProbeExits) };
        List<ExitGuest> guests =
        [
            new ExitGuest(
                "Mote", (program, arguments) => MoteGuest.Create(_kernel, program, arguments).Arguments(128, countInstructions: false),
                (server, network) => MoteGuest.Create(_kernel, server).Arguments(NetMemory, countInstructions: false, network), firmware),
        ];
        foreach ((string name, LinuxGuest? linux) in new[] { ("small Linux", LinuxGuest.TryFindSmall(_root)), ("Debian's", LinuxGuest.TryFind(_root)) })
        {
            if (linux is not null)
            {
                guests.Add(new ExitGuest(
                    name, (program, arguments) => linux.Arguments(program, 256, countInstructions: false, arguments),
                    (server, network) => linux.StartArguments(server, "exits-" + Path.GetFileName(server.ProgramPath), start, NetMemory, network), firmware));
            }
        }

        ExitRow[] rows =
        [
            new ExitRow("from the kernel's entry to the first output", 25, guest => Until(host, guest, "first-write", [], "first-write ")),
            new ExitRow("a line to the console", 8, guest => Each(host, guest, "lines", 100)),
            new ExitRow("a timer that fires", 6, guest => Each(host, guest, "timers", 100)),
            new ExitRow("a second of idling", 1, guest => Second(host, guest, "idle")),
            new ExitRow("a second of computing, one thread", 3, guest => Second(host, guest, "compute", "1")),
            new ExitRow("a second of computing, two threads", 1000, guest => Second(host, guest, "compute", "2")),
            new ExitRow("an HTTP request, wrk -c1", 5.5, guest => Served(host, guest, HttpServer, HttpPort, RunWrkInside(1))),
            new ExitRow("an HTTP request, wrk -c32", 1.5, guest => Served(host, guest, HttpServer, HttpPort, RunWrkInside(32))),
            new ExitRow("a Redis GET, -c 1 -P 1", 2, guest => Served(host, guest, RedisServer, RedisPort, RunRedisInside(1))),
            new ExitRow("a Redis GET, -c 1 -P 16", 0.5, guest => Served(host, guest, RedisServer, RedisPort, RunRedisInside(16))),
        ];
        List<string[]> cells = [];
        int missed = 0;
        foreach (ExitRow row in rows)
        {
            (double Count, ExitCounts Counts)?[] taken = [.. guests.Select(row.Take)];
            bool isReached = taken[0] is (double count, _) && count <= row.Limit;
            missed += isReached ? 0 : 1;
            cells.Add([row.What, .. taken.Select(one => one is (double number, _) ? Text($"{number:0.##}") : "-"), Text($"{row.Limit:0.##}"), isReached ? "ok" : "missed", taken[0]?.Counts.Text(4) ?? ""]);
        }

        _report.Table(
            ["exits for", .. guests.Select(guest => guest.Name), "reach", "", "most frequent, Mote"], cells,
            Text($"KVM (kvm-amd) in a computer that QEMU emulates, microvm, -cpu host, serial port and card only; tracepoints of KVM. The firmware's {firmware.All} exits are not counted"), missed);
    }

    private (double, ExitCounts)? Until(KvmHost host, ExitGuest guest, string program, string[] arguments, string line) =>
        CountUntil(host, guest.Program(BenchPrograms.Build(_root, program), arguments), line, 0) is ExitCounts counts
            ? (counts.All - guest.Firmware.All - Math.Max(0, counts.Reasons.GetValueOrDefault(SerialWrite) - 1), counts - guest.Firmware)
            : null;

    /// <summary>The difference between a run that does so many of something and one that does none, for each.</summary>
    private (double, ExitCounts)? Each(KvmHost host, ExitGuest guest, string what, int count)
    {
        string program = BenchPrograms.Build(_root, "exits");
        ExitCounts? many = CountUntil(host, guest.Program(program, [what, Text($"{count}")]), "done", 0), none = CountUntil(host, guest.Program(program, [what, "0"]), "done", 0);
        return many is not null && none is not null ? ((many.All - none.All) / (double)count, many - none) : null;
    }

    private (double, ExitCounts)? Second(KvmHost host, ExitGuest guest, params string[] arguments)
    {
        const int Seconds = 5;
        return CountUntil(host, guest.Program(BenchPrograms.Build(_root, "exits"), arguments), "ready", Seconds) is ExitCounts counts ? (counts.All / (double)Seconds, counts) : null;
    }

    /// <summary>Counts from the machine's start to a line of its output; or, with seconds, for that long from a moment after it.</summary>
    private ExitCounts? CountUntil(KvmHost host, string[] arguments, string line, int seconds)
    {
        string after = seconds == 0 ? "read_all" : Text($"sleep 2; clear; sleep {seconds}; read_all");
        return Measured(host, $$"""
            set_up; clear
            "$@" > $out 2>&1 < /dev/null & machine=$!
            until grep -q '{{line}}' $out; do kill -0 $machine || break; sleep 0.02; done
            {{after}}
            kill -9 $machine
            """, arguments)?.Counts;
    }

    /// <summary>Counts while a client asks; it prints how many answers it got, last.</summary>
    private (double, ExitCounts)? Served(KvmHost host, ExitGuest guest, ImageRequest server, int guestPort, string client)
    {
        NetworkOptions network = NetGuest.Forward(guestPort, out int port);
        string ready = guestPort == RedisPort ? "redis-cli -p $port ping" : "curl -s -o /dev/null -m 10 http://127.0.0.1:$port/";
        (ExitCounts Counts, string Text)? measured = Measured(host, $$"""
            port={{port.ToString(CultureInfo.InvariantCulture)}}
            "$@" > $out 2>&1 < /dev/null & machine=$!
            until timeout 20 {{ready}} > /dev/null; do kill -0 $machine || break; sleep 0.5; done
            {{client}} > /dev/null
            set_up; clear
            {{client}}
            read_all
            kill -9 $machine
            """, guest.Server(server, network));
        if (measured is not (ExitCounts counts, string text))
        {
            return null;
        }

        Match requests = Regex.Match(text, @"(\d+) requests in|^""GET"",""([\d.]+)""", RegexOptions.Multiline);
        double count = requests.Groups[2].Success ? RedisRequests : requests.Success ? Parse(requests, 1) : 0;
        return count > 0 ? (counts.All / count, counts) : null;
    }

    private const int RedisRequests = 2000;

    private static string RunWrkInside(int connections) => Text($"wrk -t1 -c{connections} -d4 --timeout 30 http://127.0.0.1:$port/");

    private static string RunRedisInside(int pipeline) => Text($"redis-benchmark -p $port -t get -c 1 -P {pipeline} -n {RedisRequests} --csv");

    private (ExitCounts Counts, string Text)? Measured(KvmHost host, string script, string[] arguments)
    {
        string text = ExitCounts.Script + "\nout=$(mktemp)\n" + script;
        KvmHostOutcome outcome = host.Run("/bin/sh", ["-c", text, "sh", _qemu, .. ForKvm(arguments)], ExitSeconds);
        string output = Encoding.UTF8.GetString(outcome.Output);
        ExitCounts counts = ExitCounts.Parse(output);
        return counts.All > 0 ? (counts, output) : null;
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
