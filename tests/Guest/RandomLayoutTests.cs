using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>Where the parts of a program lie, over several boots: as many bits differ as Linux has on x86-64 (arch/x86/mm/mmap.c, fs/binfmt_elf.c).</summary>
public sealed class RandomLayoutTests
{
    private const int Boots = 8;
    private const int PageShift = 12;

    // Bits of the page number that are picked at random. With eight boots a bit stays the same by chance in one of 128, so a few may be missing.
    private static readonly Dictionary<string, int> s_bits = new() { ["stack"] = 22, ["heap"] = 28, ["mapping"] = 28, ["program"] = 28, ["loader"] = 28, ["vdso"] = 28 };

    [Fact]
    public void Every_part_of_a_relocatable_program_moves()
    {
        List<Dictionary<string, ulong>> boots = [.. Enumerable.Range(0, Boots).Select(_ => Boot("pie", []))];
        foreach ((string part, int bits) in s_bits)
        {
            AssertMoves(boots, part, bits);
        }
    }

    [Fact]
    public void Heap_stack_and_mappings_of_a_fixed_program_move()
    {
        List<Dictionary<string, ulong>> boots = [.. Enumerable.Range(0, Boots).Select(_ => Boot("musl", []))];
        AssertMoves(boots, "stack", 22);
        AssertMoves(boots, "heap", 18);
        AssertMoves(boots, "mapping", 28);
        AssertMoves(boots, "vdso", 28);
        Assert.Single(boots.Select(boot => boot["program"]).Distinct());
    }

    [Fact]
    public void A_cpu_without_random_numbers_takes_the_hosts()
    {
        List<Dictionary<string, ulong>> boots = [.. Enumerable.Range(0, 3).Select(_ => Boot("pie", ["s/^max$/max,-rdrand,-rdseed/"]))];
        Assert.Equal(boots.Count, boots.Select(boot => boot["mapping"]).Distinct().Count());
        Assert.Equal(boots.Count, boots.Select(boot => boot["canary"]).Distinct().Count());
        Assert.DoesNotContain("can be guessed", Verbose(["s/^max$/max,-rdrand,-rdseed/"]).ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_source_the_log_says_that_the_seed_is_weak()
    {
        RunOutcome outcome = Verbose(["s/^max$/max,-rdrand,-rdseed/", "s/^virtio-rng-device$/virtio-balloon-device/"]);
        Assert.True(outcome.Status == 0, outcome.ErrorText);
        Assert.Contains("random: neither RDSEED, RDRAND nor virtio-rng is there: random numbers can be guessed", outcome.ErrorText, StringComparison.Ordinal);
    }

    private static void AssertMoves(List<Dictionary<string, ulong>> boots, string part, int bits)
    {
        List<ulong> places = [.. boots.Select(boot => boot[part])];
        Assert.True(places.Distinct().Count() == places.Count, $"{part} is at the same place twice: {string.Join(" ", places.Select(place => place.ToString("x", CultureInfo.InvariantCulture)))}");
        ulong changing = places.Aggregate(0UL, (all, place) => all | (place ^ places[0]));
        int moved = BitOperations.PopCount((changing >> PageShift) & ((1UL << bits) - 1));
        Assert.True(moved >= bits - 4, $"{part}: only {moved} of {bits} bits differ over {places.Count} boots ({changing:x})");
    }

    private static Dictionary<string, ulong> Boot(string build, string[] edits)
    {
        RunOutcome outcome = MoteTool.Run(["run", "--timeout", "30s", Program(build)], environment: Machine(edits));
        Assert.True(outcome.Status == 0, outcome.ErrorText);
        return outcome.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => ulong.Parse(words[1].AsSpan(Math.Max(0, words[1].Length - 16)), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    private static RunOutcome Verbose(string[] edits) => MoteTool.Run(["run", "--timeout", "30s", "--verbose", Program("musl")], environment: Machine(edits));

    private static string Program(string build) => ProgramCompiler.PathOf(new GuestProgram { Name = "layout", Group = "", C = "layout.c", Build = build });

    /// <summary>A machine with other parts: QEMU behind a script that edits each of its arguments.</summary>
    private static Dictionary<string, string> Machine(string[] edits)
    {
        if (edits.Length == 0)
        {
            return [];
        }

        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "qemu")).FullName, $"{string.Concat(edits).GetHashCode(StringComparison.Ordinal):x}-{Environment.ProcessId}");
        string commands = string.Join(';', edits);
        File.WriteAllText(path, $"#!/bin/bash\narguments=()\nfor argument; do arguments+=(\"$(printf '%s' \"$argument\" | sed '{commands}')\"); done\nexec qemu-system-x86_64 \"${{arguments[@]}}\"\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return new() { ["MOTE_QEMU"] = path };
    }
}
