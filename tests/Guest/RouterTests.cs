using System.IO;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// A machine, a router that is Linux, and a host beyond it. The machine learns the router to IPv6 from its advertisements; the way from the router to the host takes packets of 1280 bytes by IPv6 and of
/// 1000 by IPv4, which only the router knows.
/// </summary>
public sealed class RouterTests
{
    private const string Topology = """
        far() { nsenter --target "$1" --net ip $2; }
        ip link add far type veth peer name eth0 netns "$1"
        ip tuntap add dev tap0 mode tap
        for words in 'addr add 10.77.73.1/24 dev tap0' '-6 addr add fd77:73::1/64 dev tap0 nodad' 'link set tap0 up' 'addr add 10.78.73.1/24 dev far' '-6 addr add fd78:73::1/64 dev far nodad' 'link set far up'; do ip $words; done
        for words in 'addr add 10.78.73.2/24 dev eth0' '-6 addr add fd78:73::2/64 dev eth0 nodad' '-6 addr add fd78:73::3/64 dev eth0 nodad' 'link set eth0 up' 'route add default via 10.78.73.1' '-6 route add default via fd78:73::1'; do
            far "$1" "$words"
        done
        ip route replace 10.78.73.0/24 dev far mtu lock 1000
        ip -6 route add fd78:73::2/128 dev far mtu 1280
        ip -6 route add fd78:73::3/128 dev far mtu 1280
        ip -6 route add prohibit fd78:73::4/128
        ip route add prohibit 10.78.73.4/32
        echo 1 >/proc/sys/net/ipv4/ip_forward
        echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
        dnsmasq --keep-in-foreground --conf-file=/dev/null --no-hosts --no-resolv --interface=tap0 --bind-interfaces --except-interface=lo --pid-file= --dhcp-leasefile="$2" --enable-ra --dhcp-range=fd77:73::,ra-only &
        servers=$!
        python3 -c "$3" &
        servers="$servers $!"
        nsenter --target "$1" --net python3 -c "$4" &
        servers="$servers $!"
        """;

    /// <summary>In the router: goes away when somebody asks it to.</summary>
    private const string Router = """
        import socket, subprocess, time
        s = socket.create_server(('::', 99), family=socket.AF_INET6, dualstack_ipv6=True)
        s.accept()[0].close()
        time.sleep(0.2)
        subprocess.run(['ip', 'link', 'set', 'tap0', 'down'])
        """;

    /// <summary>At the host beyond: sends back what comes to port 7, tells how long datagrams were, and calls back at port 7 who connects to port 8.</summary>
    private const string Far = """
        import socket, threading
        def echo(c, a):
            while d := c.recv(65536): c.sendall(d)
            c.close()
        def call(c, a):
            data = bytes(i * 11 & 255 for i in range(100003)) * 10
            s = socket.create_connection((a[0], 7))
            threading.Thread(target=lambda: (s.sendall(data), s.shutdown(socket.SHUT_WR))).start()
            got = bytearray()
            while d := s.recv(65536): got.extend(d)
            c.sendall(str(got == data).encode())
            c.close()
        def datagrams(address):
            s = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET, socket.SOCK_DGRAM)
            s.bind((address, 7))
            while 1:
                d, a = s.recvfrom(65536)
                s.sendto(str(len(d)).encode(), a)
        def listen(port, serve):
            s = socket.create_server(('::', port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=50)
            while 1: threading.Thread(target=serve, args=s.accept()).start()
        for address in ('10.78.73.2', 'fd78:73::2', 'fd78:73::3'): threading.Thread(target=datagrams, args=(address,)).start()
        threading.Thread(target=listen, args=(8, call)).start()
        listen(7, echo)
        """;

    /// <summary>What both of the machine's programs begin with: the way to the host is there when an address of the router's prefix is.</summary>
    private const string Start = """
        import socket, sys, threading, time
        far = {4: '10.78.73.2', 6: 'fd78:73::2'}
        level = {4: socket.IPPROTO_IP, 6: socket.IPPROTO_IPV6}
        discover, errors, mtu = {4: 10, 6: 23}, {4: 11, 6: 25}, {4: 14, 6: 24}  # IP_MTU_DISCOVER, IP_RECVERR, IP_MTU and their like of IPv6
        def datagrams(version, address=None):
            s = socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(2)
            s.connect((address or far[version], 7))
            return s
        for i in range(200):
            try:
                if datagrams(6).getsockname()[0].startswith('fd77:73:'): break
            except OSError:
                pass
            time.sleep(0.1)

        """;

    private const string Reaches = Start + """
        def echo(c):
            while d := c.recv(65536): c.sendall(d)
            c.close()
        def listen():
            s = socket.create_server(('::', 7), family=socket.AF_INET6, dualstack_ipv6=True)
            while 1: threading.Thread(target=echo, args=(s.accept()[0],), daemon=True).start()
        threading.Thread(target=listen, daemon=True).start()
        def answer(s, size):
            for i in range(5):
                try:
                    s.send(bytes(size))
                    return s.recv(100)
                except OSError as e:
                    pass
            return 'nothing'
        # A datagram in fragments is the first thing that goes this way: what the router says of the first one must be taken.
        print(answer(datagrams(6, 'fd78:73::3'), 3000))
        for forbidden in ('fd78:73::4', '10.78.73.4'):
            try:
                socket.create_connection((forbidden, 7))
            except OSError as e:
                print(e.errno)
        for version in (6, 4):
            data = bytes(i * 7 & 255 for i in range(100003)) * 10
            s = socket.create_connection((far[version], 7))
            got = bytearray()
            def read():
                while d := s.recv(65536): got.extend(d)
            reader = threading.Thread(target=read)
            reader.start()
            s.sendall(data)
            print(version, s.getsockopt(level[version], mtu[version]))
            s.shutdown(socket.SHUT_WR)
            reader.join()
            print(got == data)
            back = socket.create_connection((far[version], 8))
            print(back.recv(100))
            d = datagrams(version)
            print(d.getsockopt(level[version], mtu[version]), answer(d, 1400), answer(d, 3000))
            d.setsockopt(level[version], discover[version], 2)  # IP_PMTUDISC_DO
            try:
                d.send(bytes(1400))
            except OSError as e:
                print(e.errno)
        """;

    private const string Loses = Start + """
        established = {version: socket.create_connection((far[version], 7)) for version in (6, 4)}
        socket.create_connection(('fd77:73::1', 99)).recv(1)
        time.sleep(1)
        def error(of):
            try:
                while 1:
                    of()
                    time.sleep(0.5)
            except OSError as e:
                return e.errno
        said = []
        def unreachable(version):
            d = datagrams(version)
            d.setsockopt(level[version], errors[version], 1)
            said.append((version, 'datagram', error(lambda: d.send(b'x'))))
            said.append((version, 'connect', error(lambda: socket.create_connection((far[version], 7)))))
        def lost(version):
            s = established[version]
            s.setsockopt(socket.IPPROTO_TCP, 18, 5000)  # TCP_USER_TIMEOUT
            said.append((version, 'connection', error(lambda: s.send(b'x')) in (110, 113)))
        threads = [threading.Thread(target=f, args=(version,)) for version in (6, 4) for f in (unreachable, lost)]
        for t in threads: t.start()
        for t in threads: t.join()
        for line in sorted(said): print(line)
        """;

    [NamespaceFact("ip tuntap add dev probe mode tap")]
    public void A_machine_and_a_host_beyond_a_router_reach_each_other() =>
        Check(Reaches, "b'3000'\n13\n113\n6 1280\nTrue\nb'True'\n1280 b'1400' b'3000'\n90\n4 1000\nTrue\nb'True'\n1000 b'1400' b'3000'\n90\n");

    [NamespaceFact("ip tuntap add dev probe mode tap")]
    public void A_router_that_goes_away_is_missed() =>
        Check(Loses, "(4, 'connect', 113)\n(4, 'connection', True)\n(4, 'datagram', 113)\n(6, 'connect', 113)\n(6, 'connection', True)\n(6, 'datagram', 113)\n");

    private static void Check(string program, string expected)
    {
        using NetworkNamespace far = new("");
        using NetworkNamespace router = new(Topology, far.Holder, Path.Combine(Repository.Artifacts, "router.leases"), Router, Far);
        RunOutcome outcome = MoteTool.Run(["run", "--timeout", "150s", "--net", "tap=tap0,ip=10.77.73.2/24,gw=10.77.73.1", "/usr/bin/python3", "--", "-c", program], seconds: 180, network: router);
        Assert.Equal(expected, outcome.OutputText + outcome.ErrorText);
    }
}
