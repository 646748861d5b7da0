using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;

namespace Mote.Cli.Vmm;

/// <summary>
/// The sockets to which QEMU connects, in a folder that only this user can enter. The folder is gone as soon as all have connected,
/// so that nothing is left even when the tool is killed.
/// </summary>
internal sealed class ChannelListeners : IDisposable
{
    private readonly Dictionary<Channel, Socket> _listeners = [];

    private readonly IReadOnlyList<Channel> _channels;

    public ChannelListeners(IReadOnlyList<Channel> channels)
    {
        _channels = channels;
        // CreateTempSubdirectory makes it with mode 0700.
        Folder = Directory.CreateTempSubdirectory("mote-").FullName;
        try
        {
            foreach (Channel channel in _channels)
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                _listeners.Add(channel, socket);
                socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(Folder, channel.SocketName())));
                socket.Listen(1);
            }
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            Dispose();
            throw new CliException($"cannot listen in {Folder}: {e.Message} (TMPDIR chooses another folder; its path must be short)", ExitStatus.MachineFailed);
        }
    }

    public string Folder { get; }

    /// <summary>Waits until QEMU has connected to every channel.</summary>
    /// <param name="ended">Asked now and then: true when there is nobody left who could connect.</param>
    /// <returns>The connections, or <c>null</c> when <paramref name="ended"/> said so first.</returns>
    public Dictionary<Channel, Socket>? AcceptAll(Func<bool> ended)
    {
        Dictionary<Channel, Socket> connections = [];
        foreach (Channel channel in _channels)
        {
            Socket listener = _listeners[channel];
            while (!listener.Poll(TimeSpan.FromMilliseconds(20), SelectMode.SelectRead))
            {
                // A connection may have come between the last look and the end.
                if (ended() && !listener.Poll(TimeSpan.Zero, SelectMode.SelectRead))
                {
                    foreach (Socket connection in connections.Values)
                    {
                        connection.Dispose();
                    }

                    return null;
                }
            }

            connections.Add(channel, listener.Accept());
        }

        return connections;
    }

    public void Dispose()
    {
        foreach (Socket listener in _listeners.Values)
        {
            listener.Dispose();
        }

        _listeners.Clear();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException)
        {
            // Somebody cleans /tmp; an empty folder is no reason to fail.
        }
    }
}
