using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Mote.Imaging;

namespace Mote.Cli.Bench;

// Mote beside two Linux guests: the small one that a careful user would build for microvm, and the distribution's, each started as it runs best.
internal sealed partial class BenchCommand
{
    private const string AbiEnd = "abi end";
    private const int AbiMemory = 256;

    private void BesideBothLinuxes()
    {
        LinuxGuest? small = LinuxGuest.TryFindSmall(_root), debian = LinuxGuest.TryFind(_root);
        if (small is null || debian is null)
        {
            _report.Missing("Mote beside Linux", small is null ? "the small Linux could not be built" : "there is no Debian cloud kernel (apt-get download linux-image-cloud-amd64)");
            return;
        }

        List<LinuxRow> rows = [Hello(small, debian), .. Services(small, debian), .. ServerRates(small, debian)];
        _report.Table(
            ["", "Mote", "small Linux", "Debian's", "times the small", "times Debian's", "instructions, Mote / small", "reach"], rows.Select(row => row.Cells),
            Text($"TCG, microvm, medians of {_pairs} runs in turn. The small Linux is Debian's source of 6.1 with bench/small-linux.config; Debian's is {debian.KernelName}. Both start from vmlinux by PVH, with an RTC, -cpu max,-erms,-fsrm and mitigations=off."),
            rows.Count(row => !row.IsReached));
    }

    /// <summary>From starting QEMU to the first byte of a static program's output.</summary>
    private LinuxRow Hello(LinuxGuest small, LinuxGuest debian)
    {
        string program = BenchPrograms.Build(_root, "first-write");
        MoteGuest guest = MoteGuest.Create(_kernel, program);
        double?[] ms = InTurn(
            () => FirstByte(guest.Arguments(128, countInstructions: false)), () => FirstByte(small.Arguments(program, 256)), () => FirstByte(debian.Arguments(program, 256)));
        return new LinuxRow("hello, ms from starting QEMU", IsRate: false, ms[0], ms[1], ms[2], SmallLimit: 0.15, DebianLimit: 1.0 / 20);

        double? FirstByte(string[] arguments) => BenchMachine.Run(_qemu, arguments, "first-write ") is { Line: not null } run ? run.FirstByteMs : null;
    }

    private IEnumerable<LinuxRow> Services(LinuxGuest small, LinuxGuest debian)
    {
        string program = BenchPrograms.Build(_root, "abi");
        MoteGuest guest = MoteGuest.Create(_kernel, program, "all", "100");
        MoteGuest counted = MoteGuest.Create(_kernel, program, "all", "5");
        Dictionary<string, List<double>> mote = [], smalls = [], debians = [], moteCounts = [], smallCounts = [];
        for (int i = 0; i < _pairs; i++)
        {
            Add(mote, guest.Arguments(AbiMemory, countInstructions: false), ns: true);
            Add(smalls, small.Arguments(program, AbiMemory, false, "all", "100"), ns: true);
            Add(debians, debian.Arguments(program, AbiMemory, false, "all", "100"), ns: true);
        }

        Add(moteCounts, counted.Arguments(AbiMemory, countInstructions: true), ns: false);
        Add(smallCounts, small.Arguments(program, AbiMemory, true, "all", "5"), ns: false);
        foreach (AbiService service in AbiService.All)
        {
            double? own = Of(moteCounts, service), other = Of(smallCounts, service);
            yield return new LinuxRow(
                service.What + ", ns", IsRate: false, Of(mote, service), Of(smalls, service), Of(debians, service), service.SmallLimit, service.DebianLimit,
                own is double ours && other is double theirs ? (ours, theirs) : null);
        }

        // The lines are "abi <service> <rounds> rounds <counts> counts <ns> ns"; the last of each service counts, the first warmed up.
        void Add(Dictionary<string, List<double>> to, string[] arguments, bool ns)
        {
            string[] printed = BenchMachine.Run(_qemu, arguments, AbiEnd, takesLong: true).Text.Split('\n');
            foreach (IGrouping<string, string> lines in printed.Where(line => Regex.IsMatch(line, "^abi [a-z0-9]+ [0-9]+ rounds ")).GroupBy(line => Word(line, 1)))
            {
                string line = lines.Last();
                if (!to.TryGetValue(lines.Key, out List<double>? all))
                {
                    to[lines.Key] = all = [];
                }

                all.Add(Number(line, ns ? 6 : 4) / Number(line, 2));
            }
        }

        static double? Of(Dictionary<string, List<double>> from, AbiService service) =>
            from.TryGetValue(service.Name, out List<double>? all) ? service.TakesBest ? all.Min() : BenchReport.Median(all) : null;
    }

    /// <summary>Requests that a second of the guest's CPU gets done.</summary>
    private IEnumerable<LinuxRow> ServerRates(LinuxGuest small, LinuxGuest debian)
    {
        if (TryFindClient("wrk", "HTTP server", out string wrk))
        {
            yield return ServerRate("HTTP, wrk -c32, requests a second of guest CPU", HttpServer, HttpPort, small, debian, port => RunWrk(wrk, port), 0.45, 0.3);
        }

        if (TryFindClient("redis-benchmark", "redis", out string redis))
        {
            yield return ServerRate(
                "Redis GET, -c 20 -P 16, requests a second of guest CPU", RedisServer, RedisPort, small, debian, port => RunRedis(redis, port, "GET", 16, 100_000), 0.8, 0.65);
        }
    }

    private LinuxRow ServerRate(string what, ImageRequest server, int guestPort, LinuxGuest small, LinuxGuest debian, Func<int, NetLoad?> run, double smallLimit, double debianLimit)
    {
        double?[] rates = new double?[3];
        if (TryStart(small, what, server, guestPort, NetMemory, out NetGuest mote, out NetGuest smallGuest))
        {
            using (mote)
            using (smallGuest)
            {
                if (TryBoot(debian, what, server, guestPort, NetMemory, isMote: false, out NetGuest debianGuest))
                {
                    using (debianGuest)
                    {
                        debianGuest.FirstAnswerMs(guestPort == RedisPort ? RedisRequest : HttpRequest);
                        NetGuest[] guests = [mote, smallGuest, debianGuest];
                        foreach (NetGuest guest in guests)
                        {
                            run(guest.Port); // warms it up
                        }

                        rates = InTurn([.. guests.Select<NetGuest, Func<double?>>(guest => () => Rate(guest))]);
                    }
                }
            }
        }

        return new LinuxRow(what, IsRate: true, rates[0], rates[1], rates[2], smallLimit, debianLimit);

        double? Rate(NetGuest guest)
        {
            double before = guest.CpuNs;
            return run(guest.Port) is NetLoad load ? load.Units / ((guest.CpuNs - before) / 1e9) : null;
        }
    }

    /// <summary>Takes each in turn, as often as pairs are asked for; gives the medians of the runs that went well.</summary>
    private double?[] InTurn(params Func<double?>[] runs)
    {
        List<double>[] taken = [.. runs.Select(_ => new List<double>())];
        for (int i = 0; i < _pairs; i++)
        {
            for (int k = 0; k < runs.Length; k++)
            {
                if (runs[k]() is double figure)
                {
                    taken[k].Add(figure);
                }
            }
        }

        return [.. taken.Select(all => all.Count == 0 ? (double?)null : BenchReport.Median(all))];
    }
}
