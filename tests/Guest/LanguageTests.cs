using System.Collections.Generic;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>The group "languages" of programs.json: what runtimes of languages ask of a system. Those whose tools are large are long ones.</summary>
public sealed class LanguageTests
{
    public static IEnumerable<object[]> Programs => ProgramCatalog.TitlesOf("languages");

    [Theory]
    [MemberData(nameof(Programs))]
    public void Ends_as_on_the_host(string program) => Comparison.Run(ProgramCatalog.Get(program));
}
