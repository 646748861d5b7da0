using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>A server of a few lines in a machine, and the host's sockets as its clients: what comes back is what was sent, byte for byte.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task What_is_sent_comes_back()
    {
        const string Echo = "import socket,threading\ns=socket.create_server(('',7),backlog=50)\ndef serve(c):\n    while d:=c.recv(65536): c.sendall(d)\n    c.close()\nwhile 1: threading.Thread(target=serve,args=(s.accept()[0],),daemon=True).start()\n";
        byte[] data = TestData.Bytes(2_000_000);
        using ServedMachine machine = ServedMachine.Start(7, "/usr/bin/python3", "--", "-c", Echo);
        IPEndPoint server = new(IPAddress.Loopback, machine.Port);
        byte[] first = await machine.Until(() => EchoClient.Exchange(server, data[..1000]).WaitAsync(TimeSpan.FromSeconds(ServedMachine.AttemptSeconds)));
        Assert.Equal(data[..1000], first);
        byte[][] echoes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EchoClient.Exchange(server, data)));
        Assert.All(echoes, echo => Assert.True(echo.AsSpan().SequenceEqual(data)));
        Assert.Equal(machine.Ends, machine.Stop());
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
