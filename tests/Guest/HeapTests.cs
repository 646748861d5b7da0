using System;
using System.Collections.Generic;
using System.IO;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// The kernel heap: programs under a collection at each system call with every check on, and under a cap (group "heap" of programs.json); each reservation and each
/// allocation failing in turn; rounds of what makes and frees kernel objects.
/// </summary>
public sealed class HeapTests
{
    private const int KernelFailed = 125;
    private const int Killed = 137;

    /// <summary>So many failures that change nothing, one after the other, are behind the program's end.</summary>
    private const int WithoutEffect = 60;

    public static IEnumerable<object[]> Programs => ProgramCatalog.TitlesOf("heap");

    /// <summary>MOTE_HEAP_EVERY=1 has each failure tried in turn, to the end of the program, instead of some.</summary>
    private static readonly bool s_isEvery = Environment.GetEnvironmentVariable("MOTE_HEAP_EVERY") == "1";

    /// <summary>A program, and the n-ths that fail: from, to, step.</summary>
    public static TheoryData<string, string, int, int, int> Failures => new()
    {
        { "mote.heap.fail", "heap-little.c", 1, 40, 1 },
        { "mote.heap.fail.allocation", "heap-little.c", 1, 700, 24 },
        { "mote.heap.fail", "python3", 1, 420, 35 },
        { "mote.heap.fail.allocation", "python3", 1, 560, 62 },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void Ends_as_on_the_host(string program) => Comparison.Run(ProgramCatalog.Get(program));

    [Theory]
    [MemberData(nameof(Failures))]
    public void Missing_memory_is_an_error_or_a_clean_end(string word, string program, int first, int last, int step)
    {
        string[] command = program == "python3" ? ["/usr/bin/python3", "--", "-c", "print(42)"] : [CompiledOf(program)];
        int errors = 0;
        int unchanged = 0;
        for (int n = first; n <= last || (s_isEvery && unchanged < WithoutEffect); n += s_isEvery ? 1 : step)
        {
            RunOutcome outcome = MoteTool.Run(["run", "--timeout", "40s", "--kernel-option", $"{word}={n}", .. command]);
            Assert.False(outcome.Status == KernelFailed || outcome.ErrorText.Contains("kernel panic", StringComparison.Ordinal), $"{word}={n}: {outcome.ErrorText}");
            errors += outcome.Status == 0 ? 0 : 1;
            unchanged = outcome.Status == 0 ? unchanged + 1 : 0;
            if (outcome.Status == Killed)
            {
                Assert.Contains("the kernel's own memory for it is used up", outcome.ErrorText, StringComparison.Ordinal);
            }
        }

        Assert.NotEqual(0, errors);
    }

    [Fact]
    public void Memory_ends_where_it_began()
    {
        RunOutcome outcome = MoteTool.Run(["run", "--timeout", "100s", "--memory", "64M", CompiledOf("soak.c"), "--", "3000"], seconds: 120);
        Assert.True(outcome.Status == 0, outcome.OutputText + outcome.ErrorText);
        Assert.Contains("soak ends where it began", outcome.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_wants_more_kernel_objects_than_fit_gets_an_error()
    {
        RunOutcome outcome = MoteTool.Run(["run", "--timeout", "60s", "--kernel-option", "mote.heap=2M", CompiledOf("heap-fill.c")], seconds: 80);
        Assert.True(outcome.Status == 0, outcome.OutputText + outcome.ErrorText);
        Assert.Contains("filled until ENOMEM, then emptied and filled again", outcome.OutputText, StringComparison.Ordinal);
    }

    private static string CompiledOf(string source)
    {
        string folder = Path.Combine(Repository.Root, source == "soak.c" ? "bench" : "tests/Guest/c");
        return ProgramCompiler.PathOf(new GuestProgram { Name = source, Group = "heap", C = Path.Combine(folder, source), Build = "musl" });
    }
}
