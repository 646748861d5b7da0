using System.Globalization;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// The C library's resolver in a machine, which asks a name server of this computer by UDP and, where a datagram does not do, by TCP. The server is the test's own: what 10.0.2.3
/// answers depends on where the test runs.
/// </summary>
public sealed class NameTests
{
    [Theory]
    [InlineData("glibc")]
    [InlineData("pie")]
    public void A_machine_looks_names_up(string build)
    {
        using NameServer server = new();
        string program = ProgramCompiler.PathOf(new GuestProgram { Name = "lookup", Group = "", C = "lookup.c", Build = build });
        string port = server.Port.ToString(CultureInfo.InvariantCulture);
        string expected = $"machine.test: {NameServer.Address} port 80\nmachine.test: {NameServer.Address6} port 80\nnowhere.test: Name or service not known\ntext: 4290 bytes, {NameServer.TextRecords} records\n";
        RunOutcome host = ChildRun.Run(program, ["127.0.0.1", port], new ChildOptions());
        Assert.Equal(expected, host.OutputText + host.ErrorText);
        RunOutcome guest = MoteTool.Run(["run", "--timeout", "60s", "--net", "user", program, "--", "10.0.2.2", port]);
        Assert.Equal(expected, guest.OutputText + guest.ErrorText);
    }
}
