using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Mote.Cli.Bench;

/// <summary>
/// Leads connections on to a port that QEMU listens on, one after another. QEMU's user network listens with a backlog of one: of the connections that a client opens all at once some stay half open for a minute,
/// and redis-benchmark never ends.
/// </summary>
internal sealed class ConnectionPacer : IDisposable
{
    /// <summary>Time for QEMU to accept a connection before the next.</summary>
    private const int PauseMs = 5;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly int _to;

    public ConnectionPacer(int to)
    {
        _to = to;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket client = _listener.Accept();
                Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                server.Connect(IPAddress.Loopback, _to);
                _ = Copy(client, server);
                _ = Copy(server, client);
                Thread.Sleep(PauseMs);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    /// <summary>Carries bytes one way until their end; then that way is shut, or both when it ends badly.</summary>
    private static async Task Copy(Socket from, Socket to)
    {
        byte[] buffer = new byte[65536];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false)) > 0)
            {
                for (int sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None).ConfigureAwait(false);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
