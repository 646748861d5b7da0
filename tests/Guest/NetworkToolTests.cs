using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// What the tools of iproute2 and net-tools print of a network, in a machine and on this computer in a network of its own that is set up the same way. Numbers of the machine are replaced: those of a
/// run (sockets, times), and what a pair of virtual cards has otherwise than the machine's card.
/// </summary>
public sealed class NetworkToolTests
{
    /// <summary>The address, mask and router of QEMU's user network on a pair of cards whose other end is out of sight.</summary>
    private const string Card = """
        ip link add eth0 address 52:54:00:12:34:56 type veth peer name other
        ip link set other netns 1 2>/dev/null || :
        sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1 2>/dev/null || echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6
        ip link set eth0 up
        ip addr add 10.0.2.15/24 brd 10.0.2.255 dev eth0
        ip route add default via 10.0.2.2
        """;

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

    private const string CardV4 = """
        addr
        route
        route show table all
        route get 192.0.2.1
        route get 10.0.2.77
        route get 10.0.2.15
        route get 10.0.2.255
        route get 224.0.0.251
        route get 192.0.2.1 from 10.0.2.15
        route show dev eth0
        route show default
        route show match 10.0.2.5
        netconf
        neigh add 10.0.2.9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent
        neigh
        neigh get 10.0.2.9 dev eth0
        neigh add 10.0.2.9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent
        neigh del 10.0.2.9 dev eth0
        neigh del 10.0.2.9 dev eth0
        """;

    [NamespaceTheory]
    [InlineData("-4", Loopback)]
    [InlineData("-s", Loopback)]
    [InlineData("-6", LoopbackV6)]
    [InlineData("-4", Changes)]
    public void Loopback_is_told_and_changed_as_on_the_host(string option, string commands) => Compare("", [], "/usr/sbin/ip", [option, "-force", "-batch", "-"], commands);

    [NamespaceFact("ip link add veth0 type veth peer name veth1")]
    public void A_card_is_told_and_changed_as_on_the_host() => Compare(Card, ["--net", "user"], "/usr/sbin/ip", ["-4", "-force", "-batch", "-"], CardV4);

    [NamespaceFact("ip link add veth0 type veth peer name veth1")]
    public void Net_tools_show_a_card_as_on_the_host()
    {
        Compare(Card, ["--net", "user"], "/sbin/route", ["-n"], "");
        Compare(Card, ["--net", "user"], "/usr/bin/netstat", ["-rn"], "");
        Compare(Card, ["--net", "user"], "/usr/bin/netstat", ["-i"], "");
    }

    private static void Compare(string script, string[] options, string program, string[] arguments, string input)
    {
        byte[] lines = Encoding.ASCII.GetBytes(input + "\n");
        using NetworkNamespace network = new(script);
        RunOutcome host = ChildRun.Run(program, arguments, new ChildOptions { Network = network, Input = lines });
        RunOutcome guest = MoteTool.Run(["run", "--timeout", "60s", .. options, program, "--", .. arguments], lines);
        Assert.Equal(Plain(host.OutputText), Plain(guest.OutputText));
        Assert.Equal(Plain(host.ErrorText), Plain(guest.ErrorText));
    }

    private static string Plain(string text)
    {
        text = Regex.Replace(text, @"eth0@\w+", "eth0");
        text = Regex.Replace(text, @" link-netns\S* \S+", "");
        text = Regex.Replace(text, @"qdisc (noqueue|pfifo) (master \S+ )?", "qdisc Q ");
        text = Regex.Replace(text, @"(?m)^\d+: eth0", "N: eth0");
        text = Regex.Replace(text, @"(?m)^(eth0 +\d+ +)\d+( +\d+ +\d+ +\d+ +)\d+", "$1N$2N");

        // Whichever address comes first in a batch of errors, the line is the tool's own count.
        return string.Join('\n', text.Split('\n').Where(line => line.Length > 0));
    }
}
