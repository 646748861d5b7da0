using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Observe;
using Mote.Machine;

namespace Mote.Image;

/// <summary>Tells the tool which ports programs listen at: it published some of the machine's, and nobody may be there.</summary>
internal sealed class ListenerReport(SocketSystem sockets, ControlChannel channel)
{
    /// <summary>TCP_LISTEN, and TCP_CLOSE, which a datagram socket without a peer is in (net/tcp_states.h).</summary>
    private const byte Listening = 10;
    private const byte Unconnected = 7;

    private const int LongestLine = 80;

    /// <summary>More are left out.</summary>
    private const int Most = 64;

    /// <summary>What going through the sockets may take of the kernel's heap.</summary>
    private const long HeapBytes = 4096 + (Most * 256);

    public void Send()
    {
        if (KernelHeap.CanAllocate(HeapBytes))
        {
            int left = Most;
            Send("tcp "u8, SocketKind.Stream, AddressFamily.Inet, Listening, ref left);
            Send("tcp "u8, SocketKind.Stream, AddressFamily.Inet6, Listening, ref left);
            Send("udp "u8, SocketKind.Datagram, AddressFamily.Inet, Unconnected, ref left);
            Send("udp "u8, SocketKind.Datagram, AddressFamily.Inet6, Unconnected, ref left);
        }

        channel.Listens("end"u8);
    }

    private void Send(ReadOnlySpan<byte> protocol, SocketKind kind, AddressFamily family, byte state, ref int left)
    {
        Span<byte> line = stackalloc byte[LongestLine];
        foreach (InetSocketState socket in sockets.InetSockets(kind, family))
        {
            if (socket.State != state || socket.Local.Port == 0 || left == 0)
            {
                continue;
            }

            left--;
            protocol.CopyTo(line);
            int length = protocol.Length;
            length += IpText.Write(socket.Local.Address, line[length..]);
            line[length++] = (byte)' ';
            _ = socket.Local.Port.TryFormat(line[length..], out int digits, default, null); // it fits
            channel.Listens(line[..(length + digits)]);
        }
    }
}
