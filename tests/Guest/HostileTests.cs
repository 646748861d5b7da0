using System.Collections.Generic;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>The group "hostile" of programs.json: programs that attack the kernel. It answers as Linux does, and goes on.</summary>
public sealed class HostileTests
{
    public static IEnumerable<object[]> Programs => ProgramCatalog.TitlesOf("hostile");

    [Theory]
    [MemberData(nameof(Programs))]
    public void Ends_as_on_the_host(string program) => Comparison.Run(ProgramCatalog.Get(program));
}
