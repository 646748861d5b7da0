using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// What the tools of iproute2 print of a network, in a machine and on this computer in a network of its own. Numbers of a run are replaced.
/// </summary>
public sealed class NetworkToolTests
{
    private const string Loopback = """
        addr
        link
        route
        route show table all
        rule
        route get 127.0.0.1
        route get 192.0.2.1
        neigh
        netconf
        link show lo
        addr show dev lo
        vrf
        stats show dev lo group link
        link show dev nothing
        maddr
        """;

    private const string LoopbackV6 = """
        addr
        route
        route show table all
        rule
        route get ::1
        neigh
        netconf
        addr show dev lo
        maddr
        route add 2001:db8:1::/48 dev lo metric 5
        route
        route del 2001:db8:1::/48 dev lo
        route
        """;

    private const string Changes = """
        addr add 10.9.0.1/24 dev lo
        addr add 10.9.0.1/24 dev lo
        addr show dev lo
        route show table all
        addr del 10.9.0.1/24 dev lo
        addr del 10.9.0.1/24 dev lo
        route add 192.0.2.0/24 dev lo
        route add 192.0.2.0/24 dev lo
        route add 198.51.100.0/24 dev lo metric 7 src 127.0.0.1
        route show
        route get fibmatch 192.0.2.5
        route replace 192.0.2.0/24 dev lo src 127.0.0.1
        route show
        route del 192.0.2.0/24
        route del 192.0.2.0/24
        route add 192.0.2.0/24 via 203.0.113.1
        route show
        link set lo mtu 1400
        link show lo
        link set lo mtu 65536
        link set lo down
        link show lo
        link set lo up
        link show lo
        """;

    private const string Subnets = """
        addr add 10.3.0.1/16 dev lo
        addr add 10.3.0.2/16 dev lo
        addr add 10.4.0.1/32 dev lo
        addr show dev lo
        route show table all
        addr del 10.3.0.2/24 dev lo
        addr del 10.3.0.2/16 dev lo
        route show table all
        addr add 10.3.0.3/16 dev lo
        addr del 10.3.0.1/16 dev lo
        addr show dev lo
        route show table all
        """;

    private const string Labels = """
        addr add 10.9.0.1/24 dev lo label lo:1
        addr add 10.9.1.1/24 brd 10.9.1.77 dev lo label lo:second
        addr add 10.9.2.1/24 brd + dev lo label lo
        addr add 10.9.3.1/24 brd + dev lo label lo:sixteen-letters
        addr show dev lo
        addr show label lo:1
        route show table all
        addr del 10.9.1.1/24 dev lo
        addr show dev lo
        route show table all
        """;

    private const string SubnetsV6 = """
        addr add 2001:db8::1/64 dev lo nodad
        addr add 2001:db8:1::1/128 dev lo nodad
        addr show dev lo
        route
        addr del 2001:db8::1/64 dev lo
        addr show dev lo
        route
        """;

    [NamespaceTheory]
    [InlineData("-4", Subnets)]
    [InlineData("-6", SubnetsV6)]
    [InlineData("-4", Labels)]
    [InlineData("-4", Loopback)]
    [InlineData("-s", Loopback)]
    [InlineData("-6", LoopbackV6)]
    [InlineData("-4", Changes)]
    public void Loopback_is_told_and_changed_as_on_the_host(string option, string commands) => Compare("/usr/sbin/ip", [option, "-force", "-batch", "-"], commands);

    /// <summary>The other tools, of loopback alone.</summary>
    [NamespaceTheory]
    [InlineData("/usr/sbin/ifconfig", "-a")]
    [InlineData("/usr/sbin/ifconfig", "-s")]
    [InlineData("/usr/bin/netstat", "-i")]
    [InlineData("/usr/bin/netstat", "-g")]
    [InlineData("/usr/bin/netstat", "-rn")]
    [InlineData("/usr/bin/netstat", "-tuan")]
    [InlineData("/usr/sbin/arp", "-an")]
    [InlineData("/usr/sbin/route", "-n")]
    [InlineData("/usr/sbin/ipmaddr", "show")]
    [InlineData("/usr/bin/ss", "-tuna")]
    [InlineData("/usr/bin/ss", "-xa")]
    [InlineData("/usr/sbin/tc", "-s qdisc")]
    [InlineData("/usr/sbin/bridge", "link")]
    [InlineData("/usr/bin/lnstat", "-d -f rt_cache")]
    [InlineData("/usr/bin/hostname", "-I")]
    [InlineData("/usr/bin/ping", "-c 1 -q -n 127.0.0.1")]
    [InlineData("/usr/bin/ping", "-c 1 -q -n ::1")]
    public void Tools_tell_the_loopback_interface_as_on_the_host(string program, string arguments) => Compare(program, arguments.Split(' '), "");

    /// <summary>Programs of c/ about netlink, counters and files, which need a network of their own on the host: they change it.</summary>
    [NamespaceTheory]
    [InlineData("netlink.c", "glibc")]
    [InlineData("netcounters.c", "musl")]
    [InlineData("netfiles.c", "glibc")]
    public void A_program_finds_its_own_network_as_on_the_host(string source, string build)
    {
        string path = ProgramCompiler.PathOf(new GuestProgram { Name = source, Group = "network", C = source, Build = build });
        using NetworkNamespace network = new("");
        RunOutcome host = ChildRun.Run(path, [], new ChildOptions { Network = network });
        RunOutcome guest = MoteTool.Run(["run", "--timeout", "60s", path]);
        Assert.Equal(host.OutputText, guest.OutputText);
        Assert.Equal(host.Status, guest.Status);
    }

    private static void Compare(string program, string[] arguments, string input)
    {
        byte[] lines = Encoding.ASCII.GetBytes(input + "\n");
        using NetworkNamespace network = new("");
        RunOutcome host = ChildRun.Run(program, arguments, new ChildOptions { Network = network, Input = lines });
        RunOutcome guest = MoteTool.Run(["run", "--timeout", "60s", program, "--", .. arguments], lines);
        Assert.Equal(Plain(host.OutputText), Plain(guest.OutputText));
        Assert.Equal(Plain(host.ErrorText), Plain(guest.ErrorText));
    }

    private static string Plain(string text)
    {
        text = Regex.Replace(text, @"qdisc (noqueue|pfifo) (master \S+ )?", "qdisc Q ");
        text = Regex.Replace(text, @"time \d+ms|= [\d./]+ ms", "T"); // ping's
        text = Regex.Replace(text, ".*IP_RETOPTS.*\n", "");
        text = Regex.Replace(text, " nodad", ""); // how an address of the loopback interface is anyway
        text = Regex.Replace(text, @" users \d+", ""); // who holds the entry of the way just asked for

        // Whichever address comes first in a batch of errors, the line is the tool's own count.
        return string.Join('\n', text.Split('\n').Where(line => line.Length > 0));
    }
}
