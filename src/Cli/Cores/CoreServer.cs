using System;
using System.Net.Sockets;
using System.Threading;

namespace Mote.Cli.Cores;

/// <summary>Where <c>mote core</c> asks the tool that runs a machine: this user and root alone.</summary>
internal sealed class CoreServer : IDisposable
{
    private readonly Socket _listener;

    private CoreServer(Socket listener) => _listener = listener;

    /// <summary>Null where the name is taken: the machine runs without.</summary>
    public static CoreServer? TryStart(int qemu, CoreTransfers cores)
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(MachineName.SocketOf(qemu)));
            listener.Listen(1);
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }

        CoreServer server = new(listener);
        new Thread(() => server.Serve(cores)) { IsBackground = true, Name = "core requests" }.Start();
        return server;
    }

    public void Dispose() => _listener.Dispose();

    private void Serve(CoreTransfers cores)
    {
        try
        {
            while (true)
            {
                Socket client = _listener.Accept();
                if (PeerIdentity.IsTrusted(client))
                {
                    cores.Request(new CoreSocketTarget(client));
                }
                else
                {
                    client.Dispose();
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The machine has ended.
        }
    }
}
