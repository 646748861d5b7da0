using System.Collections.Generic;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>The group "libc" of programs.json: C programs over musl and glibc, static and dynamic.</summary>
public sealed class LibcTests
{
    public static IEnumerable<object[]> Programs => ProgramCatalog.TitlesOf("libc");

    [Theory]
    [MemberData(nameof(Programs))]
    public void Ends_as_on_the_host(string program) => Comparison.Run(ProgramCatalog.Get(program));
}
