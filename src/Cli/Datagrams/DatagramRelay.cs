using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Mote.Cli.Vmm;

namespace Mote.Cli.Datagrams;

/// <summary>
/// Published UDP ports of a closed network. QEMU's user network drops all datagrams of a closed machine, answers too (libslirp, udp_input),
/// so the tool is a neighbour of the machine, 10.0.2.4, at a
/// stream of frames: what comes to a published port goes to the machine from a port of that address, and what the machine sends to that
/// port goes back to who asked. To others it can send nothing.
/// </summary>
internal sealed class DatagramRelay : IDisposable
{
    private const int LengthBytes = 4;
    private const int MacBytes = 6;

    /// <summary>A frame of QEMU's is no longer (NET_BUFSIZE).</summary>
    private const int LongestFrame = 4096 + 65536;

    private readonly IReadOnlyList<PublishedPort> _ports;
    private readonly List<Socket> _sockets = [];
    private readonly DatagramPeers _peers = new();
    private readonly DatagramParts _parts = new();
    private readonly Lock _sending = new();
    private byte[]? _machine;
    private ushort _id;

    private DatagramRelay(IReadOnlyList<PublishedPort> ports) => _ports = ports;

    /// <summary>Takes the ports; null where the machine's network needs no relay.</summary>
    public static DatagramRelay? TryCreate(NetworkOptions network)
    {
        if (!network.RelaysDatagrams)
        {
            return null;
        }

        DatagramRelay relay = new([.. network.Ports.Where(port => port.IsUdp)]);
        foreach (PublishedPort port in relay._ports)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            relay._sockets.Add(socket);
            try
            {
                socket.Bind(new IPEndPoint(port.Address, port.Host));
            }
            catch (SocketException e)
            {
                relay.Dispose();
                throw new CliException($"port {port} of the host cannot be used: {e.Message}");
            }
        }

        return relay;
    }

    /// <summary>Carries datagrams until the machine ends; returns at once.</summary>
    /// <param name="frames">QEMU's stream: each frame behind its length.</param>
    public void Start(Socket frames)
    {
        Start("frames", () => ReadFrames(frames));
        for (int i = 0; i < _sockets.Count; i++)
        {
            int port = i;
            Start("datagrams", () => ReadDatagrams(port, frames));
        }
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private static void Start(string name, Action body) => new Thread(() => body()) { IsBackground = true, Name = name }.Start();

    private void ReadDatagrams(int port, Socket frames)
    {
        byte[] buffer = new byte[DatagramFrames.LargestData];
        while (true)
        {
            try
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                int count = _sockets[port].ReceiveFrom(buffer, ref from);
                DatagramPeer peer = _peers.Hear(port, (IPEndPoint)from, Environment.TickCount64);
                if (Volatile.Read(ref _machine) is { } mac) // else nobody is there yet
                {
                    Send(frames, mac, peer.Number, (ushort)_ports[port].Guest, buffer.AsSpan(0, count));
                }
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionRefused)
            {
                // A client that is gone, to whom an answer went.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // the machine's end
            }
        }
    }

    private void Send(Socket frames, byte[] mac, ushort source, ushort destination, ReadOnlySpan<byte> data)
    {
        lock (_sending)
        {
            _id = unchecked((ushort)(_id + 1));
            foreach (byte[] frame in DatagramFrames.Write(mac, source, destination, data, _id))
            {
                Send(frames, frame);
            }
        }
    }

    private void Send(Socket frames, byte[] frame)
    {
        byte[] bytes = new byte[LengthBytes + frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Length);
        frame.CopyTo(bytes, LengthBytes);
        lock (_sending)
        {
            for (int done = 0; done < bytes.Length;)
            {
                done += frames.Send(bytes.AsSpan(done));
            }
        }
    }

    private void ReadFrames(Socket frames)
    {
        try
        {
            using Stream stream = new BufferedStream(new NetworkStream(frames), LongestFrame);
            byte[] buffer = new byte[LongestFrame];
            byte[] mac = new byte[MacBytes];
            while (true)
            {
                stream.ReadExactly(buffer, 0, LengthBytes);
                int length = BinaryPrimitives.ReadInt32BigEndian(buffer);
                if (length is < 0 or > LongestFrame)
                {
                    return;
                }

                stream.ReadExactly(buffer, 0, length);
                ReadOnlySpan<byte> frame = buffer.AsSpan(0, length);
                if (DatagramFrames.TryReadMachine(frame, mac) && _machine?.AsSpan().SequenceEqual(mac) != true)
                {
                    Volatile.Write(ref _machine, [.. mac]);
                }

                if (DatagramFrames.AnswerArp(frame) is { } answer)
                {
                    Send(frames, answer);
                }
                else if (DatagramFrames.TryReadPart(frame, out ushort id, out int offset, out bool hasMore, out ReadOnlySpan<byte> part))
                {
                    Answer(offset > 0 || hasMore ? _parts.Add(id, offset, hasMore, part) : part);
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The machine's end.
        }
    }

    /// <summary>Sends what the machine answers to the client whose port it names, from the port that the client asked.</summary>
    private void Answer(ReadOnlySpan<byte> datagram)
    {
        if (!DatagramFrames.TryReadDatagram(datagram, out ushort source, out ushort destination, out ReadOnlySpan<byte> data)
            || _peers.Find(destination, Environment.TickCount64) is not { } peer || source != _ports[peer.Port].Guest)
        {
            return;
        }

        try
        {
            _sockets[peer.Port].SendTo(data, peer.Client);
        }
        catch (SocketException)
        {
            // As on a wire, nobody hears of it.
        }
    }
}
