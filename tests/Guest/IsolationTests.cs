using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// What a machine reaches: with a published port, nothing outside; a service of the host's that is let through, and of that host no other
/// port.
/// </summary>
public sealed class IsolationTests
{
    private const string Client = """
        import socket, sys
        def reach(host, port):
            try:
                with socket.create_connection((host, port), timeout=3) as s:
                    s.sendall(b'ping')
                    s.shutdown(socket.SHUT_WR)
                    return s.makefile('rb').read().decode()
            except OSError:
                return 'nothing'
        for place in sys.argv[1:]:
            host, _, port = place.rpartition(':')
            print(place.split(':')[0], reach(host, int(port)))
        def ask(server):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(3)
            try:
                s.sendto(bytes.fromhex('123401000001000000000000096c6f63616c686f73740000010001'), (server, 53))
                return len(s.recv(512)) > 0
            except OSError:
                return False
        print('names', ask('10.0.2.3'))
        """;

    [Fact]
    public async Task A_published_port_alone_reaches_nothing_of_the_host()
    {
        using TcpListener service = Listen(out int port);
        Task serving = Serve(service);
        RunOutcome closed = await Run(["-p", $"127.0.0.1:{FreePort()}:80"], $"10.0.2.2:{port}", $"127.0.0.1:{port}");
        Assert.Equal("10.0.2.2 nothing\n127.0.0.1 nothing\nnames False\n", closed.OutputText);

        // The same program does reach it where that is asked for.
        RunOutcome open = await Run(["--net", "user"], $"10.0.2.2:{port}");
        Assert.StartsWith("10.0.2.2 pong ping\n", open.OutputText, StringComparison.Ordinal);
        service.Stop();
        await serving;
    }

    [Fact]
    public async Task A_service_that_is_let_through_is_reached_by_its_name_and_no_other_is()
    {
        using TcpListener service = Listen(out int port);
        using TcpListener other = Listen(out int otherPort);
        Task serving = Task.WhenAll(Serve(service), Serve(other));
        RunOutcome outcome = await Run(
            ["--allow", $"localhost:{port}", "--allow", $"db=127.0.0.1:{port}"], $"host.mote.internal:{port}", $"db:{port}", $"10.0.2.100:{port}", $"10.0.2.2:{port}", $"host.mote.internal:{otherPort}", $"db:{otherPort}");
        Assert.Equal(
            "host.mote.internal pong ping\ndb pong ping\n10.0.2.100 pong ping\n10.0.2.2 nothing\nhost.mote.internal nothing\ndb nothing\nnames False\n", outcome.OutputText);
        service.Stop();
        other.Stop();
        await serving;
    }

    [Fact]
    public async Task A_published_UDP_port_alone_answers_who_asks_and_reaches_nobody_else()
    {
        const string server = """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(('0.0.0.0', 5353))
            while True:
                data, peer = s.recvfrom(65536)
                for place in ((peer[0], peer[1] + 1), (peer[0], int(sys.argv[1])), ('10.0.2.2', int(sys.argv[1])), ('10.0.2.3', 53)):
                    s.sendto(b'unasked', place)
                other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                other.sendto(b'from another port', peer)
                s.sendto(data[::-1], peer)
                if data == b'end':
                    break
            s.settimeout(1)
            try:
                print('heard', s.recvfrom(100))
            except OSError:
                print('silence')
            """;
        using UdpClient service = new(new IPEndPoint(IPAddress.Loopback, 0));
        int port = FreePort();
        int servicePort = ((IPEndPoint)service.Client.LocalEndPoint!).Port;
        Task<RunOutcome> running = Task.Run(() => MoteTool.Run(
            ["run", "--timeout", "100s", "-p", $"127.0.0.1:{port}:5353/udp", "/usr/bin/python3", "--", "-c", server, $"{servicePort}"], seconds: 150));
        using UdpClient client = new();
        client.Connect(IPAddress.Loopback, port);
        byte[] large = new byte[60_000];
        Random.Shared.NextBytes(large);
        foreach (byte[] question in (byte[][])["first"u8.ToArray(), large, [], "end"u8.ToArray()])
        {
            byte[] answer = await Ask(client, question, running);
            Assert.Equal(question.Reverse(), answer);
        }

        RunOutcome outcome = await running;
        Assert.Equal((0, "silence\n", ""), (outcome.Status, outcome.OutputText, outcome.ErrorText));
        Assert.Equal(0, service.Available);
    }

    /// <summary>Asks until there is an answer: before the program listens, datagrams are lost.</summary>
    private static async Task<byte[]> Ask(UdpClient client, byte[] question, Task running)
    {
        while (!running.IsCompleted)
        {
            try
            {
                using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
                await client.SendAsync(question, patience.Token);
                byte[] answer = (await client.ReceiveAsync(patience.Token)).Buffer;
                if (answer.Length == question.Length)
                {
                    return answer;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
            }
        }

        throw new InvalidOperationException("the machine has ended");
    }

    private static Task<RunOutcome> Run(string[] options, params string[] places) =>
        Task.Run(() => MoteTool.Run(["run", "--timeout", "100s", .. options, "/usr/bin/python3", "--", "-c", Client, .. places], seconds: 150));

    private static TcpListener Listen(out int port)
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }

    private static int FreePort()
    {
        using TcpListener listener = Listen(out int port);
        return port;
    }

    /// <summary>Answers, once the peer has said all, with what it said.</summary>
    private static async Task Serve(TcpListener listener)
    {
        while (true)
        {
            try
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                byte[] heard = new byte[100];
                int length = 0;
                for (int count; (count = await client.GetStream().ReadAsync(heard.AsMemory(length))) > 0; length += count)
                {
                }

                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("pong " + Encoding.ASCII.GetString(heard, 0, length)));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
