using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>CPUs without what others have (XSAVE, FSGSBASE, SMAP, RDRAND, AVX), as QEMU's emulator has them: programs end as on the host, and a CPU of before x86-64-v2 is refused.</summary>
public sealed class CpuModelTests
{
    private static readonly string[] s_models =
        ["Nehalem", "Nehalem,-rdtscp,-pdpe1gb", "SandyBridge", "Haswell", "EPYC-Rome", "EPYC-Genoa", "max,-xsave",
        "max,-fsgsbase,-smap,-smep,-umip", "max,-rdrand,-rdseed", "max,-pcid,-invpcid", "max,-smap", "max,-fsgsbase", "max,-pdpe1gb",
        "max,-invtsc"];

    private static readonly string[] s_programs = ["hello (musl)", "fpu (pie)", "signals (musl)"];

    private static readonly Lazy<string> s_known = new(() => ChildRun.Run("qemu-system-x86_64", ["-cpu", "help"], new ChildOptions()).OutputText);

    public static IEnumerable<object[]> Runs => s_models.SelectMany(model => s_programs.Select(program => new object[] { model, program }));

    [Theory]
    [MemberData(nameof(Runs))]
    public void Programs_end_as_on_the_host(string model, string program)
    {
        // A model that this QEMU does not know is one of a later.
        if (s_known.Value.Contains(model.Split(',')[0], StringComparison.Ordinal))
        {
            Comparison.Run(ProgramCatalog.Get(program), (arguments, input, seconds) => Run(model, arguments, input, seconds));
        }
    }

    [Theory]
    [InlineData("qemu64", "QEMU Virtual CPU")]
    [InlineData("kvm64", "Common KVM processor")]
    [InlineData("Penryn", "Core 2 Duo")]
    public void A_CPU_that_lacks_what_the_kernel_needs_is_refused_by_name(string model, string name)
    {
        RunOutcome outcome = Run(model, ["run", "--timeout", "30s", ProgramCompiler.PathOf(ProgramCatalog.Get("hello (musl)"))], [], 60);
        Assert.Equal(125, outcome.Status);
        Assert.Contains(name, outcome.ErrorText, StringComparison.Ordinal);
        Assert.Contains("SSE4.2", outcome.ErrorText, StringComparison.Ordinal);
        Assert.Contains("x86-64-v2", outcome.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>A program for x86-64-v3 ends by SIGILL on a CPU without AVX2, as on Linux; what it says of itself is told before.</summary>
    [Theory]
    [InlineData("Nehalem", 132)]
    [InlineData("Haswell", 0)]
    public void A_program_of_a_higher_level_ends_by_SIGILL(string model, int status)
    {
        RunOutcome outcome = Run(model, ["run", "--timeout", "60s", s_wide.Value], [], 90);
        Assert.True(outcome.Status == status, $"status {outcome.Status}: {outcome.ErrorText}");
        Assert.Equal(status != 0, outcome.ErrorText.Contains("SIGILL", StringComparison.Ordinal));
    }

    [Fact]
    public void The_level_that_a_program_needs_is_told_beforehand() =>
        Assert.Contains("needs x86-64-v3", MoteTool.Run(["check", s_wide.Value], seconds: 120).OutputText, StringComparison.Ordinal);

    /// <summary>An instruction of AVX2, and the note of the level (GNU_PROPERTY_X86_ISA_1_NEEDED) that linkers write.</summary>
    private static readonly Lazy<string> s_wide = new(() =>
    {
        string folder = Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "cpus")).FullName;
        string source = Path.Combine(folder, "wide.c"), program = Path.Combine(folder, "wide");
        File.WriteAllText(source,
            "int main(void) { __asm__ volatile(\"vpaddd %%ymm0, %%ymm0, %%ymm0; vzeroupper\" ::: \"xmm0\"); return 0; }\n");
        RunOutcome built =
            ChildRun.Run("gcc", ["-static", "-O1", "-Wl,-z,x86-64-v3", "-o", program, source], new ChildOptions { Seconds = 60 });
        return built.Status == 0 ? program : throw new InvalidOperationException(built.ErrorText);
    });

    /// <summary>The tool, with a QEMU whose CPU is another.</summary>
    private static RunOutcome Run(string model, IReadOnlyList<string> arguments, byte[] input, int seconds)
    {
        string script = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "cpus")).FullName, model);
        string text = $"""
            #!/bin/sh
            for word; do shift; [ "$word" = max ] && word='{model},check=off'; set -- "$@" "$word"; done
            exec qemu-system-x86_64 "$@"

            """;
        if (!File.Exists(script) || File.ReadAllText(script) != text)
        {
            File.WriteAllText(script + ".new", text);
            File.SetUnixFileMode(script + ".new", (UnixFileMode)0b111_101_101);
            File.Move(script + ".new", script, overwrite: true);
        }

        return MoteTool.Run(arguments, input, seconds, new Dictionary<string, string> { ["MOTE_QEMU"] = script });
    }
}
