using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Syscalls.Files;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Sockets;

// send(2), sendmsg(2), sendmmsg(2).
public sealed partial class SocketCalls
{
    private const int MaximumMessages = 1024;
    private const int LengthOffset = MessageHeader.Bytes; // msg_len of struct mmsghdr
    private const int MultipleBytes = MessageHeader.Bytes + 8;
    private const uint CompatibleFlag = 0x8000_0000; // MSG_CMSG_COMPAT

    [AllocationFree]
    private Result<long> SendTo(in SyscallArguments a)
    {
        if (!VirtAddr.IsUserRange(a.Address1, Math.Min(a.A2, MaximumTransfer)))
        {
            return Errno.EFAULT;
        }

        Result<Socket> socket = SocketOf(in a);
        if (!socket.IsOk)
        {
            return socket.Error;
        }

        Span<byte> name = stackalloc byte[MaximumName];
        Errno error = ReadName(in a, a.Address4, a.A4 == 0 ? 0 : unchecked((int)a.A5), name, out name);
        if (error != Errno.None)
        {
            return error;
        }

        scoped DataSource data = new(a.Space, a.Address1, Math.Min(a.A2, MaximumTransfer));
        OutgoingMessage message = new() { Flags = (MessageFlags)(unchecked((uint)a.Int3) & ~CompatibleFlag), Name = name, HasName = a.A4 != 0 };
        return Send(in a, socket.Value, ref data, ref message);
    }

    private Result<long> SendMessage(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.Int2);
        Result<Socket> socket = SocketOf(in a);
        return (flags & CompatibleFlag) != 0 ? Errno.EINVAL
            : socket.IsOk ? SendOne(in a, socket.Value, a.Address1, (MessageFlags)flags)
            : socket.Error;
    }

    private Result<long> SendMessages(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.Int3);
        Result<Socket> found = SocketOf(in a);
        if ((flags & CompatibleFlag) != 0 || !found.IsOk)
        {
            return (flags & CompatibleFlag) != 0 ? Errno.EINVAL : found.Error;
        }

        uint count = Math.Min(unchecked((uint)a.Int2), MaximumMessages);
        Socket socket = found.Value;
        socket.AddReference();
        long done = 0;
        Errno error = Errno.None;
        while (done < count && error == Errno.None)
        {
            VirtAddr at = a.Address1 + ((ulong)done * MultipleBytes);
            Result<long> sent = SendOne(in a, socket, at, (MessageFlags)flags);
            error = !sent.IsOk ? sent.Error : a.Space.TryWrite(at + LengthOffset, (int)sent.Value) ? Errno.None : Errno.EFAULT;
            done += error == Errno.None ? 1 : 0;
        }

        socket.Release();
        return done > 0 ? done : Done(error);
    }

    [AllocationFree]
    private Result<long> SendOne(in SyscallArguments a, Socket socket, VirtAddr address, MessageFlags flags)
    {
        Errno error = MessageHeader.Read(a.Space, address, out MessageHeader header);
        Span<byte> name = stackalloc byte[MaximumName];
        if (error == Errno.None)
        {
            error = ReadName(in a, header.Name, header.NameLength, name, out name);
            error = error == Errno.None && header.HasTooMany ? Errno.EMSGSIZE : error;
        }

        if (error != Errno.None)
        {
            return error;
        }

        Span<IoVector> few = stackalloc IoVector[VectorPool.OnStack];
        IoVector[]? many = _vectors.Rent(header.VectorCount);
        Result<int> count = VectorPool.Read(a.Space, header.Vectors, (ulong)header.VectorCount, many ?? few);
        Result<long> result = count.Error;
        if (count.IsOk)
        {
            DataSource data = new(a.Space, (many ?? few)[..count.Value]);
            data.Limit(MaximumTransfer);
            OutgoingMessage message = new() { Flags = flags, Name = name, HasName = !name.IsEmpty };
            result = header.ControlLength == 0
                ? Send(in a, socket, ref data, ref message)
                : SendWithControl(in a, socket, header, ref data, ref message);
        }

        _vectors.Return(many);
        return result;
    }

    private static Result<long> Send(in SyscallArguments a, Socket socket, ref DataSource data, ref OutgoingMessage message)
    {
        socket.AddReference();
        Result<long> result = socket.Send(ref data, ref message);
        socket.Release();
        if (result.Error == Errno.EPIPE && socket.RaisesBrokenPipe && (message.Flags & MessageFlags.NoSignal) == 0)
        {
            a.Thread.RaiseBrokenPipe();
        }

        return result;
    }
}
