using System.Text;
using Mote.Tests.Guest;
using Xunit;

namespace Mote.Tests.Kvm;

/// <summary>Runtimes under KVM: a dynamic Python, .NET compiled ahead of time and by its JIT.</summary>
public sealed class LanguageTests
{
    [Theory]
    [Trait("Category", "Long")]
    [InlineData("Hello", "q35")]
    [InlineData("HelloClr", "microvm")]
    public void Ends_as_on_the_host(string title, string machine) => ProgramTests.Run(title, machine);

    [Fact]
    [Trait("Category", "Long")]
    public void Python_computes()
    {
        const string Text = "import math, time; print(sum(math.isqrt(i) for i in range(100000)), time.time() > 1.7e9)";
        RunOutcome outcome = KvmComputer.RunMote(["run", "--timeout", "120s", "/usr/bin/python3", "--", "-c", Text], [], 120);
        Assert.True(outcome.Status == 0, outcome.ErrorText);
        Assert.Equal("21031854 True\n", Encoding.UTF8.GetString(outcome.Output));
    }
}
