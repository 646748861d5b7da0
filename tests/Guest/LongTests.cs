using System.Collections.Generic;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>The long programs of programs.json, whatever their group. <c>mote test long</c> selects them by the category, and <c>mote test guest</c> leaves them out by it.</summary>
[Trait("Category", "Long")]
public sealed class LongTests
{
    public static IEnumerable<object[]> Programs => ProgramCatalog.LongTitles;

    [Theory]
    [MemberData(nameof(Programs))]
    public void Ends_as_on_the_host(string program) => Comparison.Run(ProgramCatalog.Get(program));
}
