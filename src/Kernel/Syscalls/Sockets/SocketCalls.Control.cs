using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Sockets;

// Control messages (cmsg(3)): descriptors and credentials are read and written here, others by the family.
public sealed partial class SocketCalls
{
    private const int ControlHeader = 16;
    private const int CredentialBytes = 12;

    /// <summary>SOF_TIMESTAMPING_TX_RECORD_MASK.</summary>
    private const uint SendStampFlags = 0x1 | 0x2 | 0x100 | 0x200;

    /// <summary>net.core.optmem_max: no message has more control data.</summary>
    private const ulong MostControl = 20480;

    [MayAllocate("control messages are rare; the call has reserved memory")]
    private Result<long> SendWithControl(in SyscallArguments a, Socket socket, in MessageHeader header, ref DataSource data, ref OutgoingMessage message)
    {
        if (header.ControlLength > MostControl)
        {
            return Errno.ENOBUFS;
        }

        bool isPooled = header.ControlLength <= BufferPool.BufferBytes;
        byte[] buffer = isPooled ? Tree.Buffers.Rent() : new byte[(int)header.ControlLength];
        Span<byte> control = buffer.AsSpan(0, (int)header.ControlLength);
        Errno error = a.Space.Read(header.Control, control) == control.Length ? ReadControl(in a, socket, control, ref message) : Errno.EFAULT;
        Result<long> result = error;
        if (error == Errno.None)
        {
            message.Control = control;
            result = Send(in a, socket, ref data, ref message);
        }

        // What was not sent stays with the sender.
        message.Rights?.Release();
        if (isPooled)
        {
            Tree.Buffers.Return(buffer);
        }

        return result;
    }

    private static Errno ReadControl(in SyscallArguments a, Socket socket, ReadOnlySpan<byte> control, ref OutgoingMessage message)
    {
        List<OpenFile> files = [];
        Errno error = Errno.None;
        while (control.Length >= ControlHeader && error == Errno.None)
        {
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(control);
            int level = BinaryPrimitives.ReadInt32LittleEndian(control[8..]);
            int type = BinaryPrimitives.ReadInt32LittleEndian(control[12..]);
            if (length < ControlHeader || length > (ulong)control.Length)
            {
                error = Errno.EINVAL;
                break;
            }

            ReadOnlySpan<byte> payload = control[ControlHeader..(int)length];
            if (level == (int)SocketLevel.Socket)
            {
                error = socket.Family is AddressFamily.Unix or AddressFamily.Netlink
                    ? ReadOwn(in a, socket, (ControlMessage)type, payload, files, ref message)
                    : CheckCommon(in a, (ControlMessage)type, payload);
            }

            control = control[(int)Math.Min(((length + 7) & ~7UL), (ulong)control.Length)..];
        }

        if (error == Errno.None && files.Count > 0 && IsTooMany(socket) && !MayExceed(in a))
        {
            error = Errno.ETOOMANYREFS;
        }

        if (error != Errno.None)
        {
            foreach (OpenFile file in files)
            {
                file.Release();
            }

            return error;
        }

        message.Rights = files.Count > 0 ? new FileRights(files.ToArray()) : null;
        return Errno.None;
    }

    /// <summary>What goes with messages of AF_UNIX, and the sender's number with those of netlink (__scm_send).</summary>
    private static Errno ReadOwn(in SyscallArguments a, Socket socket, ControlMessage type, ReadOnlySpan<byte> payload, List<OpenFile> files, ref OutgoingMessage message) => type switch
    {
        ControlMessage.Rights when socket.Family == AddressFamily.Unix => ReadRights(in a, payload, files),
        ControlMessage.Credentials => ReadCredentials(in a, payload, ref message),
        _ => Errno.EINVAL,
    };

    /// <summary>What sockets of IP take at the level SOL_SOCKET (__sock_cmsg_send): marks and time stamps. The messages of AF_UNIX are passed over.</summary>
    private static Errno CheckCommon(in SyscallArguments a, ControlMessage type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case ControlMessage.Rights or ControlMessage.Credentials:
                return Errno.None;
            case ControlMessage.Mark when !a.Thread.Credentials.Has(Capability.NetRaw) && !a.Thread.Credentials.Has(Capability.NetAdmin):
                return Errno.EPERM;
            case ControlMessage.Mark:
                return payload.Length == sizeof(uint) ? Errno.None : Errno.EINVAL;
            case ControlMessage.Timestamping or ControlMessage.TimestampingNew: // which the family reads
                bool isKnown = payload.Length == sizeof(uint) && (BinaryPrimitives.ReadUInt32LittleEndian(payload) & ~SendStampFlags) == 0;
                return isKnown ? Errno.None : Errno.EINVAL;
            default:
                return Errno.EINVAL; // SCM_TXTIME too, without SO_TXTIME
        }
    }

    private static bool MayExceed(in SyscallArguments a) =>
        a.Thread.Credentials.Has(Capability.SystemResource) || a.Thread.Credentials.Has(Capability.SystemAdmin);

    private static bool IsTooMany(Socket socket) => socket.Home.FilesInFlight > socket.Home.Caller.DescriptorLimit;

    /// <summary>SCM_RIGHTS: takes a reference on each file. EBADF, EINVAL for more than a message may carry.</summary>
    private static Errno ReadRights(in SyscallArguments a, ReadOnlySpan<byte> payload, List<OpenFile> files)
    {
        int count = payload.Length / sizeof(int);
        if (files.Count + count > FileRights.Maximum)
        {
            return Errno.EINVAL;
        }

        for (int i = 0; i < count; i++)
        {
            OpenFile? file = a.Process.Files.Get(BinaryPrimitives.ReadInt32LittleEndian(payload[(i * sizeof(int))..]));
            if (file == null)
            {
                return Errno.EBADF;
            }

            file.AddReference();
            files.Add(file);
        }

        return Errno.None;
    }

    /// <summary>SCM_CREDENTIALS: one's own, or what capabilities let one claim (EPERM), of a process that there is (ESRCH).</summary>
    private static Errno ReadCredentials(in SyscallArguments a, ReadOnlySpan<byte> payload, ref OutgoingMessage message)
    {
        if (payload.Length != CredentialBytes)
        {
            return Errno.EINVAL;
        }

        SocketCredentials claimed = new(
            BinaryPrimitives.ReadInt32LittleEndian(payload),
            BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]));
        Processes.Credentials own = a.Thread.Credentials;
        bool mayProcess = claimed.Process == a.Process.Id || own.Has(Capability.SystemAdmin);
        bool mayUser = claimed.User == own.User.Real || claimed.User == own.User.Effective || claimed.User == own.User.Saved || own.Has(Capability.SetUserId);
        bool mayGroup = claimed.Group == own.Group.Real || claimed.Group == own.Group.Effective || claimed.Group == own.Group.Saved || own.Has(Capability.SetGroupId);
        if (claimed.User == uint.MaxValue || claimed.Group == uint.MaxValue)
        {
            return Errno.EINVAL;
        }

        if (!mayProcess || !mayUser || !mayGroup)
        {
            return Errno.EPERM;
        }

        const int First = 1; // which every machine has
        bool exists = claimed.Process == First || a.Process.Host.FindProcess(claimed.Process) != null || a.Process.Host.FindThread(claimed.Process) != null;
        if (!exists)
        {
            return Errno.ESRCH;
        }

        message.Credentials = claimed;
        return Errno.None;
    }

    /// <summary>Writes what came with a message to the program's control buffer. Returns the bytes used.</summary>
    private static ulong WriteControl(in SyscallArguments a, in MessageHeader header, ref IncomingMessage message)
    {
        ulong used = 0;
        Span<byte> credentials = stackalloc byte[CredentialBytes];
        ReadOnlySpan<byte> others = message.Control[..message.ControlLength];
        while (!others.IsEmpty)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(others);
            int level = BinaryPrimitives.ReadInt32LittleEndian(others[8..]);
            int type = BinaryPrimitives.ReadInt32LittleEndian(others[12..]);
            Put(in a, header, ref message, ref used, level, type, others[ControlHeader..length]);
            others = others[Math.Min((length + 7) & ~7, others.Length)..];
        }

        if (message.Credentials is { } sender)
        {
            _ = Socket.WriteCredentials(credentials, sender);
            Put(in a, header, ref message, ref used, (int)SocketLevel.Socket, (int)ControlMessage.Credentials, credentials);
        }

        if (message.Rights != null)
        {
            InstallRights(in a, header, ref message, ref used);
        }

        return used;
    }

    /// <summary>put_cmsg: what does not fit is cut, with MSG_CTRUNC.</summary>
    private static void Put(in SyscallArguments a, in MessageHeader header, ref IncomingMessage message, ref ulong used, int level, int type, scoped ReadOnlySpan<byte> payload)
    {
        ulong room = header.Control.Value == 0 ? 0 : header.ControlLength - used;
        if (room < ControlHeader)
        {
            message.Received |= MessageFlags.ControlTruncated;
            return;
        }

        ulong length = (ulong)(ControlHeader + payload.Length);
        if (length > room)
        {
            message.Received |= MessageFlags.ControlTruncated;
            length = room;
        }

        VirtAddr at = header.Control + used;
        ReadOnlySpan<byte> shown = payload[..(int)(length - ControlHeader)];
        if (TryWriteHeader(in a, at, length, level, type) && a.Space.Write(at + ControlHeader, shown) == shown.Length)
        {
            used += Math.Min((length + 7) & ~7UL, room);
        }
    }

    private static bool TryWriteHeader(in SyscallArguments a, VirtAddr at, ulong length, int level, int type)
    {
        Span<byte> bytes = stackalloc byte[ControlHeader];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], level);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], type);
        return a.Space.Write(at, bytes) == ControlHeader;
    }

    /// <summary>Gives the program descriptors for the files that came, as many as it has room for (scm_detach_fds); the others are closed.</summary>
    [MayAllocate("files came with the message; the call has reserved memory")]
    private static void InstallRights(in SyscallArguments a, in MessageHeader header, ref IncomingMessage message, ref ulong used)
    {
        FileRights rights = message.Rights!;
        ulong room = header.Control.Value == 0 ? 0 : header.ControlLength - used;
        int fitting = (int)Math.Min(room <= ControlHeader ? 0 : (room - ControlHeader) / sizeof(int), (ulong)rights.Files.Length);
        VirtAddr at = header.Control + used;
        bool closes = (message.Flags & MessageFlags.ControlCloseOnExec) != 0;
        int done = 0;
        while (done < fitting)
        {
            OpenFile file = rights.Files[done];
            file.AddReference();
            Result<int> number = a.Process.Files.Add(file, closes);
            if (!number.IsOk)
            {
                file.Release();
                break;
            }

            if (!a.Space.TryWrite(at + (ulong)(ControlHeader + (done * sizeof(int))), number.Value))
            {
                _ = a.Process.Files.Close(number.Value);
                break;
            }

            done++;
        }

        if (done > 0 && TryWriteHeader(in a, at, (ulong)(ControlHeader + (done * sizeof(int))), (int)SocketLevel.Socket, (int)ControlMessage.Rights))
        {
            used += Math.Min((ulong)((ControlHeader + (done * sizeof(int)) + 7) & ~7), room);
        }

        if (done < rights.Files.Length)
        {
            message.Received |= MessageFlags.ControlTruncated;
        }

        rights.Release();
        message.Rights = null;
    }
}
