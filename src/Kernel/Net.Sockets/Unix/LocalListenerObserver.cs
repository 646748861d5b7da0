using System;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Told of streams of AF_UNIX on which a program begins to listen.</summary>
public abstract class LocalListenerObserver
{
    /// <summary>listen(2) on a socket that is bound to a path. The name is as it was bound.</summary>
    public abstract void OnListening(ReadOnlySpan<byte> path);
}
