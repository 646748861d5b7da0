using System.Collections.Generic;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>The group "signals" of programs.json: programs that end by a signal.</summary>
public sealed class SignalTests
{
    public static IEnumerable<object[]> Programs => ProgramCatalog.TitlesOf("signals");

    [Theory]
    [MemberData(nameof(Programs))]
    public void Ends_as_on_the_host(string program) => Comparison.Run(ProgramCatalog.Get(program));
}
