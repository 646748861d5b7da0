using System.Linq;
using Mote.Tests.Guest;
using Xunit;

namespace Mote.Tests.Kvm;

/// <summary>Programs of the guest tests under KVM: they end as on this computer's Linux.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("hello (musl)", "microvm")]
    [InlineData("hello (pie)", "q35")]
    public void Ends_as_on_the_host(string title, string machine)
    {
        GuestProgram program = ProgramCatalog.Get(title);
        Comparison.Run(program with { Options = [.. program.Options.Where(option => option is not "--machine" and not "q35"), "--machine", machine] }, KvmComputer.RunMote);
    }
}
