using System;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>The kernel attacks itself (mote.attack on its command line): each attack ends in a panic that names what was prevented, with a stack.</summary>
public sealed class KernelDefenceTests
{
    [Theory]
    [InlineData("write-text", "write to read-only memory in the kernel")]
    [InlineData("write-constants", "write to read-only memory in the kernel")]
    [InlineData("write-text-alias", "write to read-only memory in the kernel")]
    [InlineData("execute-text-alias", "execution of what is not kernel code")]
    [InlineData("execute-data", "execution of what is not kernel code")]
    [InlineData("execute-heap", "execution of what is not kernel code")]
    [InlineData("execute-stack", "execution of what is not kernel code")]
    [InlineData("null", "null reference in the kernel")]
    [InlineData("low-memory", "page fault in the kernel")]
    [InlineData("read-program", "program memory touched by kernel code")] // SMAP
    [InlineData("write-program", "program memory touched by kernel code")]
    [InlineData("execute-program", "execution of what is not kernel code")] // SMEP
    [InlineData("stack-overflow", "kernel stack overflow")]
    public void An_attack_ends_in_a_panic(string attack, string reason)
    {
        RunOutcome outcome = Run(attack);
        Assert.True(outcome.Status == 125, outcome.ErrorText);
        Assert.Contains("kernel panic: " + reason, outcome.ErrorText, StringComparison.Ordinal);
        Assert.Contains(attack == "stack-overflow" ? "Mote.Machine.SelfTest" : "MachineTouch", outcome.ErrorText, StringComparison.Ordinal);
        Assert.DoesNotContain("was not prevented", outcome.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void No_page_is_writable_and_executable_and_no_stack_unguarded()
    {
        RunOutcome outcome = Run("none");
        Assert.True(outcome.Status == 0, outcome.ErrorText);
        Assert.Matches(
            @"page tables: \d{3,} pages, 0 writable and executable, 0 executable outside the code, 0 of code writable, 0 for programs, 0 low entries, 0 unguarded stacks",
            outcome.ErrorText);
    }

    [Fact]
    public void A_program_learns_nothing_of_the_kernel()
    {
        RunOutcome outcome = MoteTool.Run(["run", "--timeout", "30s", ProgramCompiler.PathOf(new GuestProgram { Name = "secrets", Group = "", C = "secrets.c", Build = "musl" })]);
        Assert.True(outcome.Status == 0, outcome.OutputText + outcome.ErrorText);
        Assert.Equal("ok tables\nok privileges\nok files\n", outcome.OutputText);
    }

    private static RunOutcome Run(string attack) =>
        MoteTool.Run(["run", "--timeout", "30s", "--kernel-option=mote.attack=" + attack, ProgramCompiler.PathOf(ProgramCatalog.Get("hello (musl)"))]);
}
