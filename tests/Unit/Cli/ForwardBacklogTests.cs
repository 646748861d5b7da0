using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Mote.Cli.Vmm;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class ForwardBacklogTests
{
    /// <summary>Far more than it takes; without a longer backlog all but two of the clients would wait until somebody accepts, for ever here.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [DuplicateFact]
    public async Task Clients_of_a_listener_with_a_backlog_of_one_all_connect()
    {
        using Socket listener = Bound();
        listener.Listen(1);
        Assert.True(ForwardBacklog.Raise(Environment.ProcessId, [PortOf(listener)]));
        using CancellationTokenSource limit = new(s_patience);
        Socket[] clients = [.. Enumerable.Range(0, 32).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))];
        await Task.WhenAll(clients.Select(client => client.ConnectAsync(listener.LocalEndPoint!, limit.Token).AsTask()));
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public void A_listener_that_never_comes_is_given_up()
    {
        using Socket bound = Bound();
        Assert.False(ForwardBacklog.Raise(Environment.ProcessId, [PortOf(bound)]));
    }

    private static Socket Bound()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static PublishedPort PortOf(Socket socket) => new(IPAddress.Loopback, ((IPEndPoint)socket.LocalEndPoint!).Port, 80, IsUdp: false);
}
