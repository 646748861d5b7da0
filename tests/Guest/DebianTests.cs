using System.Collections.Generic;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>The group "debian" of programs.json: programs of the distribution, unmodified.</summary>
public sealed class DebianTests
{
    public static IEnumerable<object[]> Programs => ProgramCatalog.TitlesOf("debian");

    [Theory]
    [MemberData(nameof(Programs))]
    public void Ends_as_on_the_host(string program) => Comparison.Run(ProgramCatalog.Get(program));
}
