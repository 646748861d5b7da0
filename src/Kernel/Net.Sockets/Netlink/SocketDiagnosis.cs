using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// NETLINK_SOCK_DIAG (sock_diag(7)): sockets of AF_INET and AF_INET6 (inet_diag), AF_UNIX and AF_NETLINK. There are none of AF_PACKET, and none is closed from here (SOCK_DESTROY).
/// </summary>
internal sealed partial class SocketDiagnosis(SocketSystem home, NetStack stack) : NetlinkAnswers
{
    /// <summary>AF_MAX.</summary>
    private const int FamilyCount = 46;

    private readonly NetStack _stack = stack;

    public override Errno Answer(in NetlinkRequest request, NetlinkWriter writer)
    {
        if (request.Type == NetlinkMessage.DestroySocket)
        {
            return Errno.EOPNOTSUPP;
        }

        if (request.Type != NetlinkMessage.DiagnoseFamily)
        {
            return Errno.EINVAL;
        }

        return request.Family switch
        {
            _ when request.Body.Length < 2 => Errno.EINVAL,
            AddressFamily.Inet or AddressFamily.Inet6 => AnswerInet(request, writer),
            AddressFamily.Unix => AnswerUnix(request, writer),
            AddressFamily.Netlink => AnswerNetlink(request, writer),
            _ => (int)request.Family < FamilyCount ? Errno.ENOENT : Errno.EINVAL,
        };
    }

    public override bool IsOfDump(in NetlinkRequest request, Errno error) => error == Errno.ENOENT && (request.Family is AddressFamily.Inet or AddressFamily.Inet6);

    /// <summary>struct netlink_diag_req: family, protocol (255 for all), then what to show at 8.</summary>
    private Errno AnswerNetlink(in NetlinkRequest request, NetlinkWriter writer)
    {
        const int RequestBytes = 20;
        const int MessageBytes = 28;
        const int AnyProtocol = 255;
        const uint ShowsMemory = 1;
        const uint ShowsGroups = 2;
        const byte Unconnected = 7;
        if (!request.HasFixed(RequestBytes))
        {
            return Errno.EINVAL;
        }

        if (!request.IsDump)
        {
            return Errno.EOPNOTSUPP;
        }

        uint shows = BinaryPrimitives.ReadUInt32LittleEndian(request.Body[8..]);
        foreach (NetlinkSocket socket in home.Netlinks.All)
        {
            if (request.Body[1] != AnyProtocol && request.Body[1] != socket.Protocol)
            {
                continue;
            }

            // struct netlink_diag_msg: family, type, protocol, state, port, peer's port and group, inode, cookie.
            Span<byte> body = writer.Begin(NetlinkMessage.DiagnoseFamily, request.AnswerFlags, MessageBytes);
            body[0] = (byte)AddressFamily.Netlink;
            body[1] = (byte)socket.Kind;
            body[2] = (byte)socket.Protocol;
            body[3] = Unconnected;
            BinaryPrimitives.WriteUInt32LittleEndian(body[4..], socket.Port);
            BinaryPrimitives.WriteUInt32LittleEndian(body[16..], unchecked((uint)socket.Inode.Number));
            BinaryPrimitives.WriteUInt64LittleEndian(body[20..], socket.Inode.Number);
            if ((shows & ShowsMemory) != 0)
            {
                AddMemory(writer, 0, socket.QueuedBytes, socket.ReceiveBufferBytes, 0, socket.SendBufferBytes, 0);
            }

            if ((shows & ShowsGroups) != 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(writer.AddBytes(1, sizeof(ulong)), socket.Groups);
            }

            writer.End();
        }

        return Errno.None;
    }

    /// <summary>Nine numbers about buffers (SK_MEMINFO_VARS): allocated and limit of what was received, of what is sent, reserved, queued, options, backlog, drops.</summary>
    private static void AddMemory(NetlinkWriter writer, ushort type, int received, int receiveBuffer, int sent, int sendBuffer, ulong drops) =>
        SocketMemory.Write(writer.AddBytes(type, SocketMemory.Bytes), received, receiveBuffer, sent, sendBuffer, drops);
}
