using System.Globalization;
using System.IO;
using System.Linq;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// The C library's resolver in a machine, which asks a name server of this computer by UDP and, where a datagram does not do, by TCP.
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

    /// <summary>10.0.2.3 asks the server that this computer's /etc/resolv.conf names, here one of the test's own in a network of its own.</summary>
    [NamespaceFact]
    public void A_machine_looks_names_up_through_its_host()
    {
        const string Script = """
            mount --bind "$1/resolv.conf" /etc/resolv.conf
            texts=$(for number in $(seq 10 29); do printf ' --txt-record=machine.test,%s%0198d' $number 0; done)
            dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --user= --group= --no-resolv --no-hosts --addn-hosts="$1/hosts" --local=/test/ --local=/2.0.192.in-addr.arpa/ \
                --cname=alias.test,machine.test $texts --listen-address=127.89.0.1 --bind-interfaces &
            servers=$!
            until getent hosts machine.test >/dev/null; do kill -0 $servers; sleep 0.1; done
            """;
        const int Many = 60;
        string folder = Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "names")).FullName;
        File.WriteAllText(Path.Combine(folder, "resolv.conf"), "nameserver 127.89.0.1\n");
        File.WriteAllLines(Path.Combine(folder, "hosts"), [$"{NameServer.Address} machine.test", $"{NameServer.Address6} machine.test", .. Enumerable.Range(1, Many).Select(number => $"198.51.100.{number} many.test")]);
        using NetworkNamespace network = new(Script, folder);

        string expected = $"""
            machine.test: {NameServer.Address} port 80
            machine.test: {NameServer.Address6} port 80
            nowhere.test: Name or service not known
            alias.test is machine.test
            alias.test: {NameServer.Address} port 80
            alias.test is machine.test
            alias.test: {NameServer.Address6} port 80
            many.test: {Many} addresses, no error
            {NameServer.Address}: machine.test
            192.0.2.8: Name or service not known
            elsewhere.example: Temporary failure in name resolution
            text: 4290 bytes, {NameServer.TextRecords} records

            """;
        foreach (string build in (string[])["glibc", "pie", "musl"])
        {
            string program = ProgramCompiler.PathOf(new GuestProgram { Name = "lookup", Group = "", C = "lookup.c", Build = build });
            RunOutcome host = ChildRun.Run(program, [], new ChildOptions { Network = network });
            if (build != "musl")
            {
                Assert.Equal(expected, host.OutputText + host.ErrorText);
            }

            RunOutcome guest = MoteTool.Run(["run", "--timeout", "60s", "--net", "user", program], network: network);
            Assert.Equal((build, host.OutputText), (build, guest.OutputText + guest.ErrorText));
        }

        const string Python = "import socket; print(sorted({a[4][0] for a in socket.getaddrinfo('alias.test', 80)}), len(socket.gethostbyname_ex('many.test')[2]), open('/etc/resolv.conf').read())";
        RunOutcome python = MoteTool.Run(["run", "--timeout", "60s", "--net", "user", "/usr/bin/python3", "--", "-c", Python], network: network);
        Assert.Equal($"['{NameServer.Address}', '{NameServer.Address6}'] {Many} nameserver 10.0.2.3\n\n", python.OutputText + python.ErrorText);
        RunOutcome getent = MoteTool.Run(["run", "--timeout", "60s", "--net", "user", "/usr/bin/getent", "--", "hosts", NameServer.Address, "alias.test"], network: network);
        Assert.Equal($"{NameServer.Address,-15} machine.test\n{NameServer.Address6,-15} machine.test alias.test\n", getent.OutputText + getent.ErrorText);
    }
}
