using System.Linq;
using Mote.Tests.Guest;
using Xunit;

namespace Mote.Tests.Kvm;

/// <summary>Programs of the guest tests under KVM: they end as on this computer's Linux. Chosen for what the CPU, the clock and the interrupts do.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("hello (musl)", "microvm")]
    [InlineData("hello (pie)", "q35")]
    [InlineData("threads (pie)", "microvm")]
    [InlineData("tcp (musl)", "microvm")]
    [InlineData("ends null-read (musl)", "microvm")]
    public void Ends_as_on_the_host(string title, string machine) => Run(title, machine);

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("echo megabytes (musl)", "q35")]
    [InlineData("signals (musl)", "q35")]
    [InlineData("fpu (pie)", "microvm")]
    [InlineData("iret (musl)", "microvm")]
    [InlineData("args (glibc)", "q35")]
    [InlineData("echo megabytes (musl)", "microvm")]
    [InlineData("sigcontext (pie)", "microvm")]
    [InlineData("fpu (musl)", "q35")]
    [InlineData("clocks (musl)", "microvm")]
    [InlineData("events (pie)", "q35")]
    [InlineData("mmap (musl)", "q35")]
    [InlineData("ends illegal (musl)", "q35")]
    public void Ends_as_on_the_host_too(string title, string machine) => Run(title, machine);

    internal static void Run(string title, string machine)
    {
        GuestProgram program = ProgramCatalog.Get(title);
        Comparison.Run(program with { Options = [.. program.Options.Where(option => option is not "--machine" and not "q35"), "--machine", machine] }, KvmComputer.RunMote);
    }
}
