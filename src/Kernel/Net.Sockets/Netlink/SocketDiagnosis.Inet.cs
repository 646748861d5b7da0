using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

// AF_INET and AF_INET6: struct inet_diag_req_v2 and inet_diag_msg (linux/inet_diag.h).
internal sealed partial class SocketDiagnosis
{
    private const int InetRequestBytes = 56;
    private const int InetMessageBytes = 72;

    /// <summary>INET_DIAG_REQ_BYTECODE, INET_DIAG_REQ_PROTOCOL.</summary>
    private const ushort FilterAttribute = 1;
    private const ushort ProtocolAttribute = 3;
    private const int Tcp = 6;
    private const int Udp = 17;
    private const int UdpLite = 136;
    private const int Raw = 255;

    private Errno AnswerInet(in NetlinkRequest request, NetlinkWriter writer)
    {
        if (!request.HasFixed(InetRequestBytes))
        {
            return Errno.EINVAL;
        }

        // struct inet_diag_req_v2: family, protocol, extensions, nothing, states at 4, the socket's identity at 8.
        uint protocol = request.TryGetNumber(InetRequestBytes, ProtocolAttribute, out uint wide) ? wide : request.Body[1];
        bool isPacketed = protocol is Udp or Raw or UdpLite;
        if (protocol is not Tcp && !isPacketed)
        {
            return Errno.ENOENT;
        }

        SocketFilter filter = default;
        if (request.TryGet(InetRequestBytes, FilterAttribute, out ReadOnlySpan<byte> code) && !SocketFilter.TryRead(code, out filter))
        {
            return Errno.EINVAL;
        }

        return request.IsDump ? DumpInet(request, protocol, filter, writer) : FindInet(request, protocol, writer);
    }

    private Errno DumpInet(in NetlinkRequest request, uint protocol, scoped in SocketFilter filter, NetlinkWriter writer)
    {
        byte extensions = request.Body[2];
        uint states = BinaryPrimitives.ReadUInt32LittleEndian(request.Body[4..]);
        ushort localPort = BinaryPrimitives.ReadUInt16BigEndian(request.Body[8..]);
        ushort remotePort = BinaryPrimitives.ReadUInt16BigEndian(request.Body[10..]);
        for (InetSocket? socket = home.FirstInet; socket != null; socket = socket.NextSocket)
        {
            if (socket.Family != request.Family || !socket.IsShown || !IsOf(socket, protocol))
            {
                continue;
            }

            InetSocketState state = socket.State;
            if ((states >> state.State & 1) != 0 && HasPorts(state, localPort, remotePort) && filter.Accepts(state, socket.Family))
            {
                WriteInet(socket, state, extensions, request.AnswerFlags, writer);
            }
        }

        if (protocol != Tcp)
        {
            return Errno.None;
        }

        foreach (InetSocketState state in InetSocketStates.WithoutSocket(_stack, request.Family))
        {
            if ((states >> state.State & 1) != 0 && HasPorts(state, localPort, remotePort) && filter.Accepts(state, request.Family))
            {
                WriteHead(state, request.Family, request.AnswerFlags, writer);
                writer.End();
            }
        }

        return Errno.None;
    }

    /// <summary>One socket by its ends: the connection, or else who listens or receives there.</summary>
    private Errno FindInet(in NetlinkRequest request, uint protocol, NetlinkWriter writer)
    {
        bool isV4 = request.Family == AddressFamily.Inet;
        EndpointAddress local = ReadEnd(request.Body[8..], request.Body[12..], isV4);
        EndpointAddress remote = ReadEnd(request.Body[10..], request.Body[28..], isV4);
        InetSocket? best = null;
        for (InetSocket? socket = home.FirstInet; socket != null; socket = socket.NextSocket)
        {
            if (socket.Family != request.Family || !socket.IsShown || !IsOf(socket, protocol))
            {
                continue;
            }

            InetSocketState state = socket.State;
            bool isLocal = state.Local.Port == local.Port && (state.Local.Address == local.Address || state.Local.Address.IsUnspecified);
            if (isLocal && state.Remote.Port == remote.Port && state.Remote.Address == remote.Address)
            {
                best = socket;
                break;
            }

            best ??= isLocal && state.Remote.Port == 0 ? socket : null;
        }

        if (best == null)
        {
            return Errno.ENOENT;
        }

        WriteInet(best, best.State, request.Body[2], 0, writer);
        return Errno.None;
    }

    private static EndpointAddress ReadEnd(ReadOnlySpan<byte> port, ReadOnlySpan<byte> address, bool isV4) =>
        new(isV4 ? IpAddress.ReadV4(address) : IpAddress.ReadV6(address), BinaryPrimitives.ReadUInt16BigEndian(port));

    private static bool HasPorts(in InetSocketState state, ushort local, ushort remote) =>
        (local == 0 || state.Local.Port == local) && (remote == 0 || state.Remote.Port == remote);

    private static bool IsOf(InetSocket socket, uint protocol) => protocol switch
    {
        Raw => socket.Kind == SocketKind.Raw,
        _ => socket.Kind != SocketKind.Raw && socket.Protocol == protocol,
    };

    private static void WriteInet(InetSocket socket, in InetSocketState state, byte extensions, ushort flags, NetlinkWriter writer)
    {
        const byte OnlyForV6 = 11;
        WriteHead(state, socket.Family, flags, writer);
        if (Wants(extensions, 1))
        {
            // struct inet_diag_meminfo: received, queued to send, reserved, being sent.
            Span<byte> memory = writer.AddBytes(1, 4 * sizeof(uint));
            BinaryPrimitives.WriteInt32LittleEndian(memory, state.State == (byte)TcpState.Listen ? 0 : state.ReceiveQueue);
            BinaryPrimitives.WriteInt32LittleEndian(memory[4..], state.State == (byte)TcpState.Listen ? 0 : state.SendQueue);
        }

        writer.AddByte(8, (byte)socket.Ended);
        if (Wants(extensions, 5))
        {
            writer.AddByte(5, socket.Marks);
        }

        if (socket.Family == AddressFamily.Inet6)
        {
            if (Wants(extensions, 6))
            {
                writer.AddByte(6, socket.Marks);
            }

            if (state.State is (byte)TcpState.Listen or (byte)TcpState.Closed)
            {
                writer.AddByte(OnlyForV6, socket.IsOnlyV6 ? (byte)1 : (byte)0);
            }
        }

        if (Wants(extensions, 7))
        {
            bool isListener = state.State == (byte)TcpState.Listen;
            AddMemory(writer, 7, isListener ? 0 : state.ReceiveQueue, socket.ReceiveBufferBytes, isListener ? 0 : state.SendQueue, socket.SendBufferBytes, state.Drops);
        }

        if (socket is InetStreamSocket stream)
        {
            stream.WriteDiagnosis(Wants(extensions, 2), Wants(extensions, 4), writer);
        }

        writer.End();
    }

    /// <summary>Whether an extension was asked for: the bit below its number.</summary>
    private static bool Wants(byte extensions, int number) => (extensions >> (number - 1) & 1) != 0;

    /// <summary>
    /// struct inet_diag_msg: family, state, timer, retransmissions; ports and addresses, interface, cookie; then when the timer strikes, queues, user, inode.
    /// </summary>
    private static void WriteHead(in InetSocketState state, AddressFamily family, ushort flags, NetlinkWriter writer)
    {
        Span<byte> body = writer.Begin(NetlinkMessage.DiagnoseFamily, flags, InetMessageBytes);
        body[0] = (byte)family;
        body[1] = state.State;
        body[2] = state.Timer;
        body[3] = (byte)Math.Min(state.Retransmits, byte.MaxValue);
        BinaryPrimitives.WriteUInt16BigEndian(body[4..], state.Local.Port);
        BinaryPrimitives.WriteUInt16BigEndian(body[6..], state.Remote.Port);
        if (family == AddressFamily.Inet)
        {
            state.Local.Address.WriteV4(body[8..]);
            state.Remote.Address.WriteV4(body[24..]);
        }
        else
        {
            state.Local.Address.WriteV6(body[8..]);
            state.Remote.Address.WriteV6(body[24..]);
        }

        BinaryPrimitives.WriteInt32LittleEndian(body[40..], state.Interface);
        BinaryPrimitives.WriteUInt64LittleEndian(body[44..], state.Inode);
        BinaryPrimitives.WriteUInt32LittleEndian(body[52..], state.TimerMs);
        BinaryPrimitives.WriteInt32LittleEndian(body[56..], state.ReceiveQueue);
        BinaryPrimitives.WriteInt32LittleEndian(body[60..], state.SendQueue);
        BinaryPrimitives.WriteUInt32LittleEndian(body[64..], state.User);
        BinaryPrimitives.WriteUInt32LittleEndian(body[68..], unchecked((uint)state.Inode));
    }
}
