using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

// AF_UNIX: struct unix_diag_req and unix_diag_msg (linux/unix_diag.h).
internal sealed partial class SocketDiagnosis
{
    private const int UnixRequestBytes = 24;
    private const int UnixMessageBytes = 16;
    private const uint ShowsName = 0x1;
    private const uint ShowsInode = 0x2;
    private const uint ShowsPeer = 0x4;
    private const uint ShowsPending = 0x8;
    private const uint ShowsQueues = 0x10;
    private const uint ShowsMemory = 0x20;
    private const uint ShowsUser = 0x40;

    private Errno AnswerUnix(in NetlinkRequest request, NetlinkWriter writer)
    {
        if (!request.HasFixed(UnixRequestBytes))
        {
            return Errno.EINVAL;
        }

        uint states = BinaryPrimitives.ReadUInt32LittleEndian(request.Body[4..]);
        uint inode = BinaryPrimitives.ReadUInt32LittleEndian(request.Body[8..]);
        uint shows = BinaryPrimitives.ReadUInt32LittleEndian(request.Body[12..]);
        if (!request.IsDump && inode == 0)
        {
            return Errno.EINVAL;
        }

        bool isFound = request.IsDump;
        for (UnixSocket? socket = home.Unix.FirstSocket; socket != null; socket = socket.NextSocket)
        {
            bool isWanted = request.IsDump ? (states >> StateOf(socket) & 1) != 0 : socket.Inode.Number == inode;
            if (isWanted)
            {
                isFound = true;
                WriteUnix(socket, shows, request.AnswerFlags, writer);
            }
        }

        return isFound ? Errno.None : Errno.ENOENT;
    }

    private static int StateOf(UnixSocket socket)
    {
        const int Established = 1;
        const int Closed = 7;
        const int Listening = 10;
        return socket.IsListening ? Listening : socket.IsEstablished ? Established : Closed;
    }

    private static void WriteUnix(UnixSocket socket, uint shows, ushort flags, NetlinkWriter writer)
    {
        Span<byte> body = writer.Begin(NetlinkMessage.DiagnoseFamily, flags, UnixMessageBytes);
        body[0] = (byte)AddressFamily.Unix;
        body[1] = (byte)socket.Kind;
        body[2] = (byte)StateOf(socket);
        BinaryPrimitives.WriteUInt32LittleEndian(body[4..], unchecked((uint)socket.Inode.Number));
        BinaryPrimitives.WriteUInt64LittleEndian(body[8..], socket.Inode.Number);
        if ((shows & ShowsName) != 0 && socket.Name is { } name)
        {
            ReadOnlySpan<byte> path = name.Address.AsSpan(UnixName.FamilyBytes);
            path.CopyTo(writer.AddBytes(0, path.Length));
        }

        if ((shows & ShowsInode) != 0 && socket.Name?.Inode is { } place)
        {
            Span<byte> numbers = writer.AddBytes(1, 2 * sizeof(uint));
            BinaryPrimitives.WriteUInt32LittleEndian(numbers, unchecked((uint)place.Number));
        }

        if ((shows & ShowsPeer) != 0 && socket.Peer is { } peer)
        {
            writer.AddNumber(2, unchecked((uint)peer.Inode.Number));
        }

        if ((shows & ShowsPending) != 0 && socket.IsListening)
        {
            AddPending(socket, writer);
        }

        if ((shows & ShowsQueues) != 0)
        {
            Span<byte> queues = writer.AddBytes(4, 2 * sizeof(uint));
            BinaryPrimitives.WriteUInt32LittleEndian(queues, (uint)(socket.IsListening ? socket.PendingCount : socket.WaitingBytes));
            BinaryPrimitives.WriteUInt32LittleEndian(queues[sizeof(uint)..], (uint)(socket.IsListening ? socket.Backlog : socket.InFlightBytes));
        }

        if ((shows & ShowsMemory) != 0)
        {
            AddMemory(writer, 5, socket.IsListening ? 0 : socket.WaitingBytes, socket.ReceiveBufferBytes, socket.InFlightBytes, socket.SendBufferBytes, 0);
        }

        writer.AddByte(6, (byte)socket.Ended);
        if ((shows & ShowsUser) != 0)
        {
            writer.AddNumber(7, socket.Maker);
        }

        writer.End();
    }

    /// <summary>The peers of the connections that wait to be accepted, as many as a message surely holds.</summary>
    private static void AddPending(UnixSocket socket, NetlinkWriter writer)
    {
        const int Most = 64;
        Span<byte> inodes = writer.AddBytes(3, Math.Min(socket.PendingCount, Most) * sizeof(uint));
        for (UnixSocket? pending = socket.FirstPending; pending != null && inodes.Length > 0; pending = pending.NextPending)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(inodes, unchecked((uint)(pending.Peer?.Inode.Number ?? 0)));
            inodes = inodes[sizeof(uint)..];
        }
    }
}
