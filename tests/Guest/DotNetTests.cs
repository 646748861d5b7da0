using System.Collections.Generic;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>The group "dotnet" of programs.json: .NET projects.</summary>
public sealed class DotNetTests
{
    public static IEnumerable<object[]> Programs => ProgramCatalog.TitlesOf("dotnet");

    [Theory]
    [MemberData(nameof(Programs))]
    public void Ends_as_on_the_host(string program) => Comparison.Run(ProgramCatalog.Get(program));
}
