using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Mote.Abi.Linux;
using Mote.Machine;
using Mote.Tests.Unit.Hosted;
using Xunit;

namespace Mote.Tests.Unit.Memory;

/// <summary>What /proc says about the pages that are in memory (proc_pid_statm(5), proc_pid_status(5), proc_pid_smaps(5)).</summary>
public sealed class ResidentSizesTests
{
    private const ulong Pages = 64;

    private readonly HostedKernel _kernel = new();
    private readonly List<(string Status, string Statm, string Smaps, string Rollup, string Stat)> _texts = [];

    [Fact]
    public void Touched_pages_count_and_the_three_files_agree()
    {
        _kernel.Run(Program);
        long first = Kilobytes(_texts[0].Status, "VmRSS:");
        Assert.True(first > 0);
        Assert.Equal(first, Kilobytes(_texts[1].Status, "VmRSS:")); // what is only read is the page of zeros
        Assert.Equal(first + 12, Kilobytes(_texts[2].Status, "VmRSS:"));
        Assert.Equal(Kilobytes(_texts[1].Status, "RssAnon:") + 12, Kilobytes(_texts[2].Status, "RssAnon:"));
        Assert.Equal(first + 20, Kilobytes(_texts[3].Status, "VmRSS:"));
        Assert.Equal(8, Kilobytes(_texts[3].Status, "RssShmem:") - Kilobytes(_texts[2].Status, "RssShmem:"));
        foreach ((string status, string statm, string smaps, string rollup, string stat) in _texts)
        {
            long resident = Kilobytes(status, "VmRSS:");
            Assert.Equal(resident, Kilobytes(rollup, "Rss:"));
            Assert.Equal(resident, smaps.Split('\n').Where(line => line.StartsWith("Rss:", StringComparison.Ordinal)).Sum(line => Kilobytes(line, "Rss:")));
            Assert.Equal(resident, 4 * long.Parse(statm.Split(' ')[1], CultureInfo.InvariantCulture));
            Assert.Equal(resident, 4 * long.Parse(stat.Split(' ')[23], CultureInfo.InvariantCulture));
            Assert.Equal(resident, Kilobytes(status, "RssAnon:") + Kilobytes(status, "RssFile:") + Kilobytes(status, "RssShmem:"));
            Assert.Equal(Kilobytes(status, "VmSize:"), 4 * long.Parse(statm.Split(' ')[0], CultureInfo.InvariantCulture));
        }

        IEnumerable<SystemCall> Program()
        {
            const ulong Private = 0x22;
            const ulong Shared = 0x21;
            yield return Map(Private);
            ulong memory = (ulong)_kernel.Result;
            yield return Map(Shared);
            ulong shared = (ulong)_kernel.Result;
            Read();
            Assert.True(_kernel.Process.Space.TryRead(new VirtAddr(memory), out ulong _));
            Read();
            for (ulong page = 0; page < 3; page++)
            {
                Assert.True(_kernel.Process.Space.TryWrite(new VirtAddr(memory + (page * 5 * 4096)), 1UL));
            }

            Read();
            Assert.True(_kernel.Process.Space.TryWrite(new VirtAddr(shared), 1UL));
            Assert.True(_kernel.Process.Space.TryWrite(new VirtAddr(shared + 8192), 1UL));
            Read();
        }
    }

    [Fact]
    public void A_reservation_of_terabytes_is_measured_at_once()
    {
        _kernel.Run(Program);
        Assert.Equal(4, Kilobytes(_texts[1].Status, "VmRSS:") - Kilobytes(_texts[0].Status, "VmRSS:"));

        IEnumerable<SystemCall> Program()
        {
            yield return new SystemCall(SyscallNumber.Mmap, 0, 1UL << 42, 3, 0x4022, ulong.MaxValue, 0);
            ulong memory = (ulong)_kernel.Result;
            Read();
            Assert.True(_kernel.Process.Space.TryWrite(new VirtAddr(memory + (1UL << 41)), 1UL));
            Read();
        }
    }

    private static SystemCall Map(ulong flags) => new(SyscallNumber.Mmap, 0, Pages * 4096, 3, flags, ulong.MaxValue, 0);

    private static long Kilobytes(string text, string label)
    {
        string line = text.Split('\n').Single(line => line.StartsWith(label, StringComparison.Ordinal));
        return long.Parse(line[label.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    private void Read() => _texts.Add((
        _kernel.Files.ReadFile("/proc/self/status"), _kernel.Files.ReadFile("/proc/self/statm"), _kernel.Files.ReadFile("/proc/self/smaps"), _kernel.Files.ReadFile("/proc/self/smaps_rollup"),
        _kernel.Files.ReadFile("/proc/self/stat")));
}
