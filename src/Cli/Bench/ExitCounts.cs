using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace Mote.Cli.Bench;

/// <summary>
/// How often a machine left for the hypervisor and why, as the histograms of KVM's tracepoints count (Linux, Documentation/trace/histogram.rst).
/// </summary>
/// <param name="All">Exits in all, but not those for interrupts of the computer's own: they come with its ticks and not by what the guest does.</param>
/// <param name="Reasons">Exits by reason, by port, by MSR and by address of memory: "halt", "write port 3f8", "write msr 6e0",
/// "address fee000b0".</param>
internal sealed record ExitCounts(long All, IReadOnlyDictionary<string, long> Reasons)
{
    /// <summary>From the machine's start to what was waited for, by the computer's clock; zero where that was not measured.</summary>
    public double Milliseconds { get; init; }

    /// <summary>SVM_EXIT_INTR (AMD64 manual volume 2, appendix C), in decimal.</summary>
    private const string HostInterrupt = "96";

    /// <summary>The tracepoints, what their histograms count by, and how an entry of one is named.</summary>
    private static readonly (string Event, string Keys, Func<Match, string> Name)[] s_histograms =
    [
        ("kvm_exit", "exit_reason", entry => NameOf(entry.Groups["exit_reason"].Value)),
        ("kvm_pio", "port.hex,rw", entry => $"{Direction(entry, "rw")} port {entry.Groups["port"].Value}"),
        ("kvm_msr", "ecx.hex,write", entry => $"{Direction(entry, "write")} msr {entry.Groups["ecx"].Value}"),
        ("kvm_mmio", "gpa.hex", entry => "address " + entry.Groups["gpa"].Value),
        ("kvm_inj_virq", "vector.hex", entry => "interrupt " + entry.Groups["vector"].Value),
        ("kvm_apic", "reg.hex,rw", entry => $"{Direction(entry, "rw")} apic {entry.Groups["reg"].Value}"),
    ];

    /// <summary>Exits of others than the firmware, which is below the kernel or above it, but below 4 GiB.</summary>
    public const string NotOfFirmware = " if guest_rip >= 0x200000 && (guest_rip < 0x800000 || guest_rip > 0xffffffff)";

    /// <summary>
    /// A script for sh(1) of a host with KVM: "set_up" makes the histograms, of exits only those that its argument lets through; "clear"
    /// empties them, "read_all" prints them.
    /// </summary>
    public static string Script => $$"""
        events=/sys/kernel/tracing/events/kvm
        set_up() {
            for event in {{string.Join(' ', s_histograms.Select(one => one.Event))}}; do
                grep '^hist' $events/$event/trigger | sed 's/ \[.*//' | while read -r old; do echo "!$old" >> $events/$event/trigger; done
            done
            filter=$1
            {{string.Join("\n    ", s_histograms.Select(one => $"echo \"hist:keys={one.Keys}:size=1024{Filter(one.Event)}\" > $events/{one.Event}/trigger"))}}
        }
        clear() {
            {{string.Join("\n    ", s_histograms.Select(one => $"echo \"hist:keys={one.Keys}:size=1024:clear{Filter(one.Event)}\" >> $events/{one.Event}/trigger"))}}
        }
        read_all() {
            {{string.Join("\n    ", s_histograms.Select(one => $"echo 'histogram {one.Event}'; cat $events/{one.Event}/hist"))}}
        }
        """;

    /// <summary>Reads what the script's "read" printed.</summary>
    public static ExitCounts Parse(string text)
    {
        Dictionary<string, long> reasons = [];
        long all = 0;
        string at = "";
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith("histogram ", StringComparison.Ordinal))
            {
                at = line["histogram ".Length..].Trim();
            }

            // { exit_reason:        120 } hitcount:         34
            Match entry = Regex.Match(line, @"^\{(?<keys>[^}]*)\}\s*hitcount:\s*(?<count>\d+)");
            (string Event, string Keys, Func<Match, string> Name) histogram = s_histograms.FirstOrDefault(one => one.Event == at);
            if (!entry.Success || histogram.Event is null)
            {
                continue;
            }

            string names = string.Join(".*", histogram.Keys.Split(',').Select(key => key.Split('.')[0]).Select(key => $@"{key}:\s*(?:\[[^\]]*\]\s*)?(?<{key}>[0-9a-fx]+)"));
            Match keys = Regex.Match(entry.Groups["keys"].Value, names);
            long count = long.Parse(entry.Groups["count"].Value, CultureInfo.InvariantCulture);
            if (keys.Success && at == "kvm_exit" && keys.Groups["exit_reason"].Value == HostInterrupt)
            {
                continue;
            }

            if (keys.Success)
            {
                string name = histogram.Name(keys);
                reasons[name] = reasons.GetValueOrDefault(name) + count;
            }

            all += at == "kvm_exit" ? count : 0;
        }

        return new ExitCounts(all, reasons);
    }

    public static ExitCounts None { get; } = new(0, new Dictionary<string, long>());

    public static ExitCounts operator -(ExitCounts left, ExitCounts right) => new(
        left.All - right.All, left.Reasons.Keys.Union(right.Reasons.Keys).ToDictionary(name => name, name => left.Reasons.GetValueOrDefault(name) - right.Reasons.GetValueOrDefault(name)));

    /// <summary>With another figure beside the reasons.</summary>
    public ExitCounts With(string name, long count) => this with { Reasons = new Dictionary<string, long>(Reasons) { [name] = count } };

    /// <summary>The most frequent reasons for people.</summary>
    public string Text(int most) => string.Join(", ", Reasons.Where(one => one.Value > 0).OrderByDescending(one => one.Value).Take(most).Select(one => $"{one.Key} {one.Value}"));

    /// <summary>SVM's exit codes (AMD64 manual volume 2, appendix C), in decimal.</summary>
    private static string NameOf(string reason) => reason switch
    {
        "100" => "interrupt window",
        "114" => "cpuid",
        "120" => "halt",
        "123" => "port",
        "124" => "msr",
        "1024" => "memory",
        _ => "reason " + reason,
    };

    private static string Filter(string name) => name == "kvm_exit" ? "$filter" : "";

    private static string Direction(Match entry, string field) => entry.Groups[field].Value is "0" or "0x0" ? "read" : "write";
}
