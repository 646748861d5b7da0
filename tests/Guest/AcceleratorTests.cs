using System;
using System.Text.RegularExpressions;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// What the tool says of accelerators, on a computer with KVM, without it, and with one that opens and then hangs its guests.
/// </summary>
public sealed class AcceleratorTests
{
    private const int Missing = 126;

    [Fact]
    public void Doctor_says_what_works_and_what_is_taken()
    {
        RunOutcome outcome = MoteTool.Run(["doctor"], seconds: 180);
        Assert.Matches("(?m)^  (ok|--) kvm microvm +\\S", outcome.OutputText);
        Assert.Matches("(?m)^  ok tcg microvm +booted a guest in", outcome.OutputText);
        Assert.Matches("(?m)^  (ok|--) cpu +(lacks|has)", outcome.OutputText);
        Match taken = Regex.Match(outcome.OutputText, "(?m)^  ok auto takes +(kvm|tcg)$");
        Assert.True(taken.Success, outcome.OutputText);
        if (taken.Groups[1].Value == "kvm")
        {
            Assert.Matches("(?m)^  ok kvm microvm", outcome.OutputText);
        }
    }

    /// <summary>It works, or the message says what is the matter with /dev/kvm and what to do instead.</summary>
    [Fact]
    public void Asking_for_KVM_works_or_says_why_not()
    {
        RunOutcome outcome =
            MoteTool.Run(["run", "--accel", "kvm", "--timeout", "60s", ProgramCompiler.PathOf(ProgramCatalog.Get("hello (musl)"))],
            seconds: 180);
        if (outcome.Status != 0)
        {
            Assert.Equal(Missing, outcome.Status);
            Assert.Contains("--accel kvm: ", outcome.ErrorText, StringComparison.Ordinal);
            Assert.Contains("/dev/kvm", outcome.ErrorText, StringComparison.Ordinal);
        }
    }
}
