using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>CPUs without what others have (XSAVE, FSGSBASE, SMAP, RDRAND, AVX), as QEMU's emulator has them: programs end as on the host, and a CPU of before x86-64-v2 is refused.</summary>
public sealed class CpuModelTests
{
    private static readonly string[] s_models = ["Nehalem", "Nehalem,-rdtscp,-pdpe1gb", "SandyBridge", "Haswell", "EPYC-Rome", "EPYC-Genoa", "max,-xsave", "max,-fsgsbase,-smap,-smep,-umip", "max,-rdrand,-rdseed"];

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
