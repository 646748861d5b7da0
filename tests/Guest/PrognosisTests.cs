using System;
using System.Collections.Generic;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>Will it run, and what did it really call: <c>mote check PROGRAM</c> before a run, <c>mote run --report</c> after one.</summary>
public sealed class PrognosisTests
{
    private static readonly string s_hello = ProgramCompiler.PathOf(ProgramCatalog.Get("hello (musl)"));

    [Fact]
    public void A_program_whose_calls_are_all_there()
    {
        RunOutcome outcome = MoteTool.Run(["check", s_hello]);
        Assert.Equal(0, outcome.Status);
        Assert.Contains("All system calls that it asks for are there.", outcome.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_asks_for_what_is_missing()
    {
        // busybox has swapon(8), which no machine of one program can offer.
        RunOutcome outcome = MoteTool.Run(["check", "/usr/bin/busybox"]);
        Assert.Equal(1, outcome.Status);
        Assert.Contains("swapon", outcome.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_a_program_calls_had_been_foreseen()
    {
        string program = ProgramCompiler.PathOf(ProgramCatalog.Get("files (musl)"));
        string foreseen = MoteTool.Run(["check", "--all", program]).OutputText;
        RunOutcome outcome = MoteTool.Run(["run", "--report", program]);
        Assert.Equal(0, outcome.Status);
        List<string> called = [];
        foreach (string line in outcome.ErrorText.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line.StartsWith("    ", StringComparison.Ordinal) && words.Length >= 2)
            {
                called.Add(words[1]);
            }
        }

        Assert.Contains("openat", called);
        Assert.All(called, name => Assert.Contains($"\n  {name} ", foreseen, StringComparison.Ordinal));
    }

    [Fact]
    public void A_report_names_failures_and_files_looked_for_in_vain()
    {
        RunOutcome outcome = MoteTool.Run(["run", "--report", "/usr/bin/busybox", "--", "cat", "/proc/no-such-file"]);
        Assert.Equal(1, outcome.Status);
        Assert.Contains("failed: 1 ENOENT", outcome.ErrorText, StringComparison.Ordinal);
        Assert.Contains("looked for in vain\n  /proc/no-such-file", outcome.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_does_not_change_what_the_program_writes()
    {
        RunOutcome plain = MoteTool.Run(["run", s_hello]);
        RunOutcome reported = MoteTool.Run(["run", "--report", "--strace", s_hello]);
        Assert.Equal(plain.OutputText, reported.OutputText);
        Assert.Contains("exit_group(", reported.ErrorText, StringComparison.Ordinal);
        Assert.Contains("mote: system calls that the program made", reported.ErrorText, StringComparison.Ordinal);
    }
}
