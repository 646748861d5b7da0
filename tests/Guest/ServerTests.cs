using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>Servers in machines, and clients on the host: what is served is what was put there, byte for byte.</summary>
public sealed class ServerTests
{
    private const int Interrupted = 130;

    [Fact]
    public async Task Python_serves_files()
    {
        byte[] blob = TestData.Bytes(3_000_000);
        string folder = Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "served")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "blob.bin"), blob);
        File.WriteAllText(Path.Combine(folder, "index.html"), "<p>served by a machine</p>\n");
        using ServedMachine machine = ServedMachine.Start(8000, "--add", folder + ":/srv", "--workdir", "/srv", "/usr/bin/python3", "--", "-m", "http.server");
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{machine.Port}/") };
        Assert.Equal("<p>served by a machine</p>\n", await machine.Until(() => client.GetStringAsync("")));
        Assert.Equal(blob, await client.GetByteArrayAsync("blob.bin"));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("missing")).StatusCode);

        // Several at a time, fewer than its listen(2) lets wait.
        byte[][] copies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.GetByteArrayAsync("blob.bin")));
        Assert.All(copies, copy => Assert.True(copy.AsSpan().SequenceEqual(blob)));
        Assert.Equal(Interrupted, machine.Stop());
    }

    [Fact]
    public async Task What_is_sent_comes_back()
    {
        const string Echo = "import socket,threading\ns=socket.create_server(('',7),backlog=50)\ndef serve(c):\n    while d:=c.recv(65536): c.sendall(d)\n    c.close()\nwhile 1: threading.Thread(target=serve,args=(s.accept()[0],),daemon=True).start()\n";
        byte[] data = TestData.Bytes(2_000_000);
        using ServedMachine machine = ServedMachine.Start(7, "/usr/bin/python3", "--", "-c", Echo);
        byte[] first = await machine.Until(() => EchoClient.Exchange(new IPEndPoint(IPAddress.Loopback, machine.Port), data[..1000]));
        Assert.Equal(data[..1000], first);
        byte[][] echoes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EchoClient.Exchange(new IPEndPoint(IPAddress.Loopback, machine.Port), data)));
        Assert.All(echoes, echo => Assert.True(echo.AsSpan().SequenceEqual(data)));
        Assert.Equal(Interrupted, machine.Stop());
    }

    [Fact]
    public void A_port_that_is_taken_is_told_before_the_machine_starts()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        RunOutcome outcome = MoteTool.Run(["run", "-p", $"{port}:80", ProgramCompiler.PathOf(ProgramCatalog.Get("hello (musl)"))]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains($"{port}", outcome.ErrorText, StringComparison.Ordinal);
        Assert.Empty(outcome.Output);
    }
}
