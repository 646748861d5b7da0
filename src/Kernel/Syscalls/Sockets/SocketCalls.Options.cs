using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;

namespace Mote.Kernel.Syscalls.Sockets;

// setsockopt(2), getsockopt(2).
public sealed partial class SocketCalls
{
    /// <summary>No option that a socket knows has a longer value.</summary>
    private const int MaximumOption = 512;

    private Result<long> SetOption(in SyscallArguments a)
    {
        if (a.Int4 < 0)
        {
            return Errno.EINVAL;
        }

        Result<Socket> socket = SocketOf(in a);
        if (!socket.IsOk)
        {
            return socket.Error;
        }

        Span<byte> room = stackalloc byte[MaximumOption];
        Span<byte> value = room[..Math.Min(a.Int4, MaximumOption)];
        return a.Space.Read(a.Address3, value) == value.Length ? Done(socket.Value.SetOption(a.Int1, a.Int2, value)) : Errno.EFAULT;
    }

    private Result<long> GetOption(in SyscallArguments a)
    {
        Result<Socket> socket = SocketOf(in a);
        if (!socket.IsOk)
        {
            return socket.Error;
        }

        if (!a.Space.TryRead(a.Address4, out int room))
        {
            return Errno.EFAULT;
        }

        if (room < 0)
        {
            return Errno.EINVAL;
        }

        Span<byte> value = stackalloc byte[MaximumOption];
        Result<int> length = socket.Value.GetOption(a.Int1, a.Int2, value);
        if (!length.IsOk)
        {
            return length.Error;
        }

        int shown = Math.Min(room, length.Value);
        return a.Space.Write(a.Address3, value[..shown]) == shown && a.Space.TryWrite(a.Address4, shown) ? 0 : Errno.EFAULT;
    }
}
