using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Net.Sockets;

/// <summary>The kernel's own end of a connection to a program that listens on a socket of AF_UNIX. Nothing here waits: <see cref="Readiness"/> is told when to try again.</summary>
public sealed class LocalConnection
{
    private readonly UnixSocket _socket;

    private LocalConnection(UnixSocket socket) => _socket = socket;

    /// <summary>Told when there is something to read, room to write, or an end.</summary>
    public WaitQueue Readiness => _socket.Readiness;

    /// <summary>Connects to the stream that was bound to a path under this name and listens. ECONNREFUSED when there is none, or too many wait there.</summary>
    public static Result<LocalConnection> Open(SocketSystem system, ReadOnlySpan<byte> path)
    {
        UnixSocket? listener = system.Unix.FirstSocket;
        while (listener != null && !(listener.IsListening && listener.Kind == SocketKind.Stream && new UnixSocketState(listener).Name.SequenceEqual(path)))
        {
            listener = listener.NextSocket;
        }

        if (listener == null)
        {
            return Errno.ECONNREFUSED;
        }

        UnixSocket socket = system.CreateUnix(SocketKind.Stream, OpenFlags.NonBlock);
        Errno error = socket.ConnectAsKernel(listener);
        if (error == Errno.None)
        {
            return new LocalConnection(socket);
        }

        socket.Release();
        return error;
    }

    /// <summary>Takes what the program has sent. Zero is its end; EAGAIN when there is nothing now.</summary>
    public Result<long> Read(Span<byte> destination)
    {
        DataSink sink = new(destination);
        IncomingMessage message = new() { Flags = MessageFlags.DontWait };
        Result<long> result = _socket.Receive(ref sink, ref message);
        message.Rights?.Release();
        return result;
    }

    /// <summary>Gives bytes to the program. EAGAIN when it has left much unread, EPIPE when nobody will read.</summary>
    public Result<long> Write(ReadOnlySpan<byte> source)
    {
        DataSource data = new(source);
        OutgoingMessage message = new() { Flags = MessageFlags.DontWait, Credentials = SocketCredentials.Kernel };
        return _socket.Send(ref data, ref message);
    }

    /// <summary>Nothing more will be written.</summary>
    public void EndWriting() => _ = _socket.Shutdown(ShutdownDirection.Send);

    public void Close() => _socket.Release();
}
