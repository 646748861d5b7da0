using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using Mote.Cli.Vmm;
using Mote.Imaging;

namespace Mote.Cli.Bench;

// The network beside a Linux guest: servers in both, clients of this computer through QEMU's user network. Both machines live at once and are asked in turn; one that idles costs nothing.
internal sealed partial class BenchCommand
{
    private const string HttpRequest = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    private const string RedisRequest = "PING\r\n";
    private const int HttpPort = 8080;
    private const int RedisPort = 6379;
    private const int IperfPort = 5201;
    private const int NetMemory = 256;
    private const int AspNetMemory = 512;

    private (string Name, Action Take)[] NetFigures =>
    [
        ("net:http", () => BesideLinux("static epoll HTTP server", linux => HttpRate(linux, "static epoll HTTP server", HttpServer, 4, NetMemory))),
        ("net:instructions", HttpInstructions),
        ("net:start", () => BesideLinux("the first HTTP answer", linux => FirstAnswer(linux, "the static HTTP server", HttpServer, 20, NetMemory))),
        ("net:idle", IdleConnections),
        ("net:redis", () => BesideLinux("redis-benchmark", Redis)),
        ("net:iperf", () => BesideLinux("iperf3", Iperf)),
        ("net:aspnet", () => BesideLinux("ASP.NET Core hello", AspNet)),
    ];

    private ImageRequest HttpServer => new() { ProgramPath = BenchPrograms.Build(_root, "http"), Arguments = [Text($"{HttpPort}")] };

    private void BesideLinux(string what, Action<LinuxGuest> take)
    {
        if (LinuxGuest.TryFind(_root) is LinuxGuest linux)
        {
            take(linux);
        }
        else
        {
            _report.Missing(what, "there is no Debian cloud kernel to compare with (apt-get download linux-image-cloud-amd64)");
        }
    }

    private void HttpRate(LinuxGuest linux, string name, ImageRequest server, double times, int memory)
    {
        string what = name + ", wrk -t1 -c32";
        if (!TryFindClient("wrk", what, out string wrk) || !TryStart(linux, what, server, HttpPort, memory, out NetGuest mote, out NetGuest theirs))
        {
            return;
        }

        using (mote)
        using (theirs)
        {
            Compare(linux, what, "requests", times, mote, theirs, port => RunWrk(wrk, port));
        }
    }

    private static NetLoad? RunWrk(string wrk, int port)
    {
        (int status, string text) = ChildProcess.Capture(wrk, "-t1", "-c32", "-d3", Text($"http://127.0.0.1:{port}/"));
        Match done = Regex.Match(text, @"^\s*(\d+) requests in ([\d.]+)s", RegexOptions.Multiline);
        bool hasFailed = text.Contains("Non-2xx", StringComparison.Ordinal) || Regex.IsMatch(text, @"Socket errors: (connect [1-9]|.*read [1-9]|.*write [1-9])");
        return status == 0 && done.Success && !hasFailed ? new NetLoad(Parse(done, 1), Parse(done, 2)) : null;
    }

    /// <summary>What one request costs in instructions, and whether any of them allocates.</summary>
    private void HttpInstructions()
    {
        const int Limit = 12_000;
        const string What = "instructions per HTTP request on the static server, kernel and program";
        if (!TryFindClient("wrk", What, out string wrk))
        {
            return;
        }

        NetworkOptions network = NetGuest.Forward(HttpPort, out int port);
        string[] arguments = MoteGuest.Create(_kernel, HttpServer.ProgramPath, Text($"{HttpPort}"), "count", "50000", "100000").Arguments(NetMemory, countInstructions: true, network);
        using NetGuest guest = NetGuest.Start(_qemu, arguments, port);
        if (guest.FirstAnswerMs(HttpRequest) is null)
        {
            _report.Missing(What, "the server does not answer: " + guest.Text);
            return;
        }

        // All connections are made before the count begins. The server ends itself, so the client's own status says nothing.
        using (ConnectionPacer pacer = new(port))
        {
            ChildProcess.Capture(wrk, "-t1", "-c32", "-d60", Text($"http://127.0.0.1:{pacer.Port}/"));
        }

        if (guest.WaitForLine("http ", 1000) is not string line)
        {
            _report.Missing(What, "the server did not print: " + guest.Text);
            return;
        }

        double requests = Number(line, 1), each = (Number(line, 3) - (Number(line, 5) * 1e9)) / requests, allocations = Number(line, 7);
        _report.Figure(
            What, Text($"{each:F0}"), Text($"at most {Limit:N0}"), each <= Limit,
            Text($"-icount shift=0: counter before and after {requests:F0} requests of wrk -t1 -c32, less the time that the CPU idled ({Number(line, 5):F2} of {Number(line, 3) / 1e9:F2} s)"));
        _report.Figure("allocations on the packet path", Text($"{allocations:F0} in {requests:F0} requests on connections of which {Number(line, 9):F0} are new"), "zero", allocations == 0, "/sys/kernel/mote/heap, in the same run");
    }

    private void FirstAnswer(LinuxGuest linux, string name, ImageRequest server, int parts, int memory)
    {
        string what = $"from starting QEMU to the first HTTP answer of {name}";
        List<double> own = [], other = [];
        for (int i = 0; i < _pairs; i++)
        {
            if (!TryBoot(linux, what, server, HttpPort, memory, isMote: true, out NetGuest mote))
            {
                return;
            }

            using (mote)
            {
                Take(own, mote);
            }

            if (!TryBoot(linux, what, server, HttpPort, memory, isMote: false, out NetGuest theirs))
            {
                return;
            }

            using (theirs)
            {
                Take(other, theirs);
            }
        }

        if (own.Count == 0 || other.Count == 0)
        {
            _report.Missing(what, "there was no answer on " + (own.Count == 0 ? "Mote" : "Linux"));
            return;
        }

        double ratio = BenchReport.Median(own) / BenchReport.Median(other);
        _report.Figure(
            what, Text($"{BenchReport.Median(own):F0} ms, Linux {BenchReport.Median(other):F0} ms, one {1 / ratio:F1}th"), Text($"at most 1/{parts} of Linux"), ratio * parts <= 1,
            Text($"TCG, microvm with a serial port and the card, medians of {_pairs} runs in turn with {linux.KernelName}; tries follow each other by a twentieth of the time passed"));

        static void Take(List<double> times, NetGuest guest)
        {
            if (guest.FirstAnswerMs(HttpRequest) is double ms)
            {
                times.Add(ms);
            }
        }
    }

    /// <summary>Runs a client against both machines in turn and compares how much a second of the machine's CPU gets done.</summary>
    private void Compare(LinuxGuest linux, string what, string unit, double times, NetGuest mote, NetGuest theirs, Func<int, NetLoad?> run)
    {
        List<double> own = [], other = [], ownWall = [], otherWall = [];
        if (run(mote.Port) is null || run(theirs.Port) is null) // also warms both up
        {
            _report.Missing(what, "the client fails");
            return;
        }

        for (int i = 0; i < _pairs; i++)
        {
            Take(mote, own, ownWall);
            Take(theirs, other, otherWall);
        }

        if (own.Count == 0 || other.Count == 0)
        {
            _report.Missing(what, "no run ended well on " + (own.Count == 0 ? "Mote" : "Linux"));
            return;
        }

        double rate = BenchReport.Median(own), linuxRate = BenchReport.Median(other);
        double wall = BenchReport.Median(ownWall), linuxWall = BenchReport.Median(otherWall);
        _report.Figure(
            what, Text($"{rate:N0} {unit} per second of guest CPU, Linux {linuxRate:N0}, ratio {rate / linuxRate:F2}; per second on the clock {wall:N0}, Linux {linuxWall:N0}, ratio {wall / linuxWall:F2}"),
            Text($"at least {times} times Linux, by guest CPU"), rate >= linuxRate * times,
            Text($"TCG, CPU time of the thread that runs the guest's CPU, medians of {_pairs} runs in turn with {linux.KernelName}"));

        void Take(NetGuest guest, List<double> rates, List<double> walls)
        {
            double before = guest.CpuNs;
            if (run(guest.Port) is NetLoad load)
            {
                rates.Add(load.Units / ((guest.CpuNs - before) / 1e9));
                walls.Add(load.Units / load.Seconds);
            }
        }
    }

    /// <summary>Starts both machines and waits until both servers take connections.</summary>
    private bool TryStart(LinuxGuest linux, string what, ImageRequest server, int guestPort, int memory, out NetGuest mote, out NetGuest theirs)
    {
        theirs = null!;
        if (!TryBoot(linux, what, server, guestPort, memory, isMote: true, out mote))
        {
            return false;
        }

        if (!TryBoot(linux, what, server, guestPort, memory, isMote: false, out theirs))
        {
            mote.Dispose();
            return false;
        }

        // Any request: each server answers what it does not understand, too.
        string request = guestPort == RedisPort ? RedisRequest : HttpRequest;
        bool isMoteUp = guestPort == IperfPort || mote.FirstAnswerMs(request) is not null;
        if (isMoteUp && (guestPort == IperfPort || theirs.FirstAnswerMs(request) is not null))
        {
            return true;
        }

        NetGuest silent = isMoteUp ? theirs : mote;
        _report.Missing(what, $"there is no answer on {(isMoteUp ? "Linux" : "Mote")}: {silent.Text}");
        mote.Dispose();
        theirs.Dispose();
        return false;
    }

    private bool TryBoot(LinuxGuest linux, string what, ImageRequest server, int guestPort, int memory, bool isMote, out NetGuest guest)
    {
        NetworkOptions network = NetGuest.Forward(guestPort, out int port);
        try
        {
            string[] arguments = isMote
                ? MoteGuest.Create(_kernel, server).Arguments(memory, countInstructions: false, network)
                : linux.StartArguments(server, "net-" + Path.GetFileName(server.ProgramPath), BenchPrograms.Build(_root, "start"), memory, network);
            guest = NetGuest.Start(_qemu, arguments, port);
            return true;
        }
        catch (ImageException e)
        {
            guest = null!;
            _report.Missing(what, e.Message.Split('\n')[0]);
            return false;
        }
    }

    private bool TryFindClient(string name, string what, out string path)
    {
        path = Executables.Find(name) ?? "";
        if (path.Length == 0)
        {
            _report.Missing(what, name + " is not installed");
        }

        return path.Length > 0;
    }

    private static double Parse(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
}
