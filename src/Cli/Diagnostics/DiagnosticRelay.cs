using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using Mote.Cli.Cores;

namespace Mote.Cli.Diagnostics;

/// <summary>
/// Lets .NET's diagnostic tools reach the program in a machine. They look for sockets named dotnet-diagnostic-PROCESS-START-socket in the folder for temporary files and expect PROCESS to be a
/// process of this computer; here it is QEMU's, which belongs to this machine and nothing else. The socket is there as long as the program listens, and each connection to it is carried over the
/// channel. What comes from the machine is not trusted: it can end its own sessions and no more.
/// </summary>
/// <param name="channel">The stream to the machine.</param>
/// <param name="process">QEMU's number.</param>
/// <param name="cores">Makes core files of the program.</param>
internal sealed class DiagnosticRelay(Socket channel, int process, CoreTransfers cores) : IDisposable
{
    private const int HeaderBytes = 8;
    private const int LongestBody = ushort.MaxValue;

    private readonly Lock _sendLock = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, DiagnosticClient> _clients = [];
    private DiagnosticSocket? _socket;
    private uint _lastNumber;
    private bool _isOver;

    internal CoreTransfers Cores => cores;

    /// <summary>Carries what the machine sends until its end.</summary>
    public void Run()
    {
        byte[] header = new byte[HeaderBytes];
        byte[] body = new byte[LongestBody];
        while (TryReceive(header))
        {
            uint number = BinaryPrimitives.ReadUInt32LittleEndian(header);
            Memory<byte> rest = body.AsMemory(0, BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(6)));
            if (!TryReceive(rest.Span))
            {
                break;
            }

            Obey((DiagnosticFrameKind)header[4], number, rest.Span);
        }

        Dispose();
    }

    /// <summary>Ends all sessions, and takes the socket away.</summary>
    public void Dispose()
    {
        DiagnosticClient[] left;
        lock (_lock)
        {
            _isOver = true;
            _socket?.Dispose();
            left = [.. _clients.Values];
            _clients.Clear();
        }

        foreach (DiagnosticClient client in left)
        {
            client.Finish();
        }
    }

    /// <summary>Sends a message to the machine; lost after its end.</summary>
    internal void Send(DiagnosticFrameKind kind, uint number, ReadOnlySpan<byte> body)
    {
        byte[] frame = new byte[HeaderBytes + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, number);
        frame[4] = (byte)kind;
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(6), (ushort)body.Length);
        body.CopyTo(frame.AsSpan(HeaderBytes));
        lock (_sendLock)
        {
            try
            {
                for (int done = 0; done < frame.Length;)
                {
                    done += channel.Send(frame.AsSpan(done), SocketFlags.None);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The machine has ended.
            }
        }
    }

    /// <summary>The tool has gone: tells the machine.</summary>
    internal void Forget(DiagnosticClient client)
    {
        bool isKnown;
        lock (_lock)
        {
            isKnown = _clients.Remove(client.Number);
        }

        if (isKnown)
        {
            Send(DiagnosticFrameKind.Close, client.Number, []);
        }
    }

    private void Obey(DiagnosticFrameKind kind, uint number, ReadOnlySpan<byte> body)
    {
        if (kind == DiagnosticFrameKind.Listening)
        {
            Listen();
            return;
        }

        DiagnosticClient? client;
        lock (_lock)
        {
            client = _clients.GetValueOrDefault(number);
            if (kind == DiagnosticFrameKind.Close)
            {
                _clients.Remove(number);
            }
        }

        switch (kind)
        {
            case DiagnosticFrameKind.Data:
                client?.Give(body);
                break;
            case DiagnosticFrameKind.End or DiagnosticFrameKind.Close:
                client?.Finish();
                break;
            default:
                break; // of a newer kernel
        }
    }

    private void Listen()
    {
        lock (_lock)
        {
            if (_isOver || _socket is not null)
            {
                return;
            }

            _socket = DiagnosticSocket.TryCreate(process);
        }

        if (_socket is { } socket)
        {
            new Thread(() => Accept(socket)) { IsBackground = true, Name = "diagnostic tools" }.Start();
        }
    }

    private void Accept(DiagnosticSocket socket)
    {
        while (socket.TryAccept() is { } connection)
        {
            DiagnosticClient client;
            lock (_lock)
            {
                if (_isOver)
                {
                    connection.Dispose();
                    return;
                }

                client = new DiagnosticClient(this, ++_lastNumber, connection, process);
                _clients.Add(client.Number, client);
            }

            Send(DiagnosticFrameKind.Open, client.Number, []);
            client.Start();
        }
    }

    private bool TryReceive(Span<byte> buffer)
    {
        try
        {
            for (int done = 0; done < buffer.Length;)
            {
                int count = channel.Receive(buffer[done..]);
                if (count == 0)
                {
                    return false;
                }

                done += count;
            }

            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            return false;
        }
    }
}
