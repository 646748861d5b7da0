using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>Our TCP/IP and the host's Linux on one wire, with all offloads that the card has.</summary>
public sealed class TapTests
{
    // Listens on both families; what it is sent it counts and sends back, so both ends segment, merge and check.
    private const string Echo = """
        import socket, threading
        s = socket.create_server(('::', 7), family=socket.AF_INET6, dualstack_ipv6=True, backlog=50)
        def serve(c):
            while d := c.recv(65536): c.sendall(d)
            c.close()
        while 1: threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
        """;

    [TapFact]
    public async Task Linux_and_a_machine_talk_IPv4_and_IPv6()
    {
        using TapInterface tap = new(71);
        using ServedMachine machine = ServedMachine.StartUnpublished("--net", $"tap={tap.Name},ip={tap.Guest}/24,gw={tap.Host},ip={tap.GuestV6}/64", "/usr/bin/python3", "--", "-c", Echo);
        byte[] data = TestData.Bytes(5_000_000);
        Assert.Equal(data[..1], await machine.Until(() => EchoClient.Exchange(new IPEndPoint(tap.Guest, 7), data[..1])));
        foreach (IPAddress address in (IPAddress[])[tap.Guest, tap.GuestV6])
        {
            byte[][] echoes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => EchoClient.Exchange(new IPEndPoint(address, 7), data)));
            Assert.All(echoes, echo => Assert.True(echo.AsSpan().SequenceEqual(data)));
            using Ping ping = new();
            foreach (int length in (int[])[0, 56, 1400, 6000])
            {
                PingReply reply = await ping.SendPingAsync(address, TimeSpan.FromSeconds(10), data[..length], new PingOptions());
                Assert.Equal((IPStatus.Success, length), (reply.Status, reply.Buffer.Length));
            }

            // Nobody listens there: refused at once, not by a time-out.
            using Socket refused = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            SocketException error = await Assert.ThrowsAsync<SocketException>(() => refused.ConnectAsync(address, 9));
            Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
        }

        Assert.Equal(machine.Ends, machine.Stop());
    }

    [TapFact]
    public async Task Responses_carry_acknowledgements_on_both_sides()
    {
        const int Exchanges = 200;
        string capture = Path.Combine(Repository.Artifacts, "acknowledgements.pcap");
        using TapInterface tap = new(73);
        using ServedMachine machine = ServedMachine.StartUnpublished(
            "--net", $"tap={tap.Name},ip={tap.Guest}/24,gw={tap.Host}", "--pcap", capture, "/usr/bin/python3", "--", "-c", Echo);
        byte[] data = TestData.Bytes(100);
        await machine.Until(() => EchoClient.Exchange(new IPEndPoint(tap.Guest, 7), data));
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(tap.Guest, 7);
        int port = ((IPEndPoint)client.LocalEndPoint!).Port;
        byte[] echo = new byte[data.Length];
        for (int i = 0; i < Exchanges; i++)
        {
            await client.SendAsync(data);
            for (int done = 0; done < echo.Length;)
            {
                done += await client.ReceiveAsync(echo.AsMemory(done));
            }
        }

        client.Close();
        Assert.Equal(machine.Ends, machine.Stop());

        // Each side acknowledges the first segment at once, and the handshake and its end take some; then there are none but by chance, when a side was slow to answer.
        (int fromMachine, int fromHost) = CountBareAcknowledgements(File.ReadAllBytes(capture), (ushort)port);
        Assert.InRange(fromMachine, 1, 10 + (Exchanges / 20));
        Assert.InRange(fromHost, 2, 10 + (Exchanges / 20));
    }

    /// <summary>Counts the segments of a connection to port 7 that acknowledge and do nothing else (pcap-savefile(5)).</summary>
    private static (int FromMachine, int FromHost) CountBareAcknowledgements(ReadOnlySpan<byte> file, ushort port)
    {
        const int FileHeader = 24;
        const int RecordHeader = 16;
        const int Ethernet = 14;
        const byte Acknowledgement = 0x10;
        (int machine, int host) = (0, 0);
        for (file = file[FileHeader..]; file.Length > RecordHeader;)
        {
            int captured = BinaryPrimitives.ReadInt32LittleEndian(file[8..]);
            ReadOnlySpan<byte> frame = file.Slice(RecordHeader, captured);
            file = file[(RecordHeader + captured)..];
            if (frame.Length < Ethernet + 40 || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0800 || frame[Ethernet + 9] != 6)
            {
                continue;
            }

            ReadOnlySpan<byte> ip = frame[Ethernet..];
            ReadOnlySpan<byte> tcp = ip[((ip[0] & 0xf) * 4)..];
            int length = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]) - ((ip[0] & 0xf) * 4) - ((tcp[12] >> 4) * 4);
            ushort source = BinaryPrimitives.ReadUInt16BigEndian(tcp);
            ushort destination = BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]);
            if (length != 0 || tcp[13] != Acknowledgement)
            {
                continue;
            }

            machine += source == 7 && destination == port ? 1 : 0;
            host += source == port && destination == 7 ? 1 : 0;
        }

        return (machine, host);
    }

    [TapFact]
    public void Addresses_routes_and_names_come_from_the_network()
    {
        const string Program = """
            import socket, time
            def mine(family, peer):
                s = socket.socket(family, socket.SOCK_DGRAM)
                s.connect((peer, 9))
                return s.getsockname()[0]
            print(mine(socket.AF_INET, '10.77.72.1').rpartition('.')[0])
            for i in range(100):
                try:
                    print(mine(socket.AF_INET6, 'fd77:72::1').startswith('fd77:72:'))
                    break
                except OSError:
                    time.sleep(0.1)
            print(open('/etc/resolv.conf').read().splitlines()[0])
            print(sorted({a[4][0] for a in socket.getaddrinfo('far.test', 80, type=socket.SOCK_STREAM)}))
            try:
                print(socket.gethostbyname('absent.test'))
            except socket.gaierror as e:
                print(e.errno)
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for discovery in (2, 0):
                s.setsockopt(socket.IPPROTO_IP, 10, discovery)  # IP_MTU_DISCOVER: IP_PMTUDISC_DO, IP_PMTUDISC_DONT
                try:
                    print(s.sendto(bytes(2000), ('10.77.72.1', 9)))
                except OSError as e:
                    print(e.errno)
            """;
        using TapInterface tap = new(72);
        tap.Configure("--address=/far.test/192.0.2.7", "--address=/far.test/2001:db8::7", "--local=/test/", "--dhcp-option=option:dns-server,10.77.72.1");
        RunOutcome outcome = MoteTool.Run(["run", "--net", $"tap={tap.Name}", "/usr/bin/python3", "--", "-c", Program], seconds: 90);
        Assert.True(outcome.Status == 0, outcome.OutputText + outcome.ErrorText);
        Assert.Equal("10.77.72\nTrue\nnameserver 10.77.72.1\n['192.0.2.7', '2001:db8::7']\n-2\n90\n2000\n", outcome.OutputText);
    }
}
