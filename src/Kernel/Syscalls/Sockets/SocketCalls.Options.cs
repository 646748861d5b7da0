using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;

namespace Mote.Kernel.Syscalls.Sockets;

// setsockopt(2), getsockopt(2).
public sealed partial class SocketCalls
{
    /// <summary>No option that a socket knows has a longer value.</summary>
    private const int MaximumOption = 1536;

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

        Errno refusal = socket.Value.RefusalOfLevel(a.Int1, isSet: true);
        if (refusal != Errno.None)
        {
            return refusal;
        }

        Span<byte> room = stackalloc byte[MaximumOption];
        Span<byte> value = room[..Math.Min(a.Int4, MaximumOption)];
        if (a.Space.Read(a.Address3, value) == value.Length)
        {
            return Done(socket.Value.SetOption(a.Int1, a.Int2, value));
        }

        if (a.Int1 == (int)SocketLevel.Ipv6 && a.A3 == 0)
        {
            // IPv6 takes no value at all for zero.
            value.Clear();
            return Done(socket.Value.SetOption(a.Int1, a.Int2, value));
        }

        return socket.Value.ErrorOfUnreadable(a.Int1, a.Int2, a.Int4);
    }

    private Result<long> GetOption(in SyscallArguments a)
    {
        Result<Socket> socket = SocketOf(in a);
        if (!socket.IsOk)
        {
            return socket.Error;
        }

        Errno refusal = socket.Value.RefusalOfLevel(a.Int1, isSet: false);
        if (refusal != Errno.None)
        {
            return refusal;
        }

        if (!a.Space.TryRead(a.Address4, out int room))
        {
            return Errno.EFAULT;
        }

        if (room < 0)
        {
            // The options of IPv6 take a negative length for a very large one.
            if (a.Int1 != (int)SocketLevel.Ipv6)
            {
                return Errno.EINVAL;
            }

            room = int.MaxValue;
        }

        Errno early = socket.Value.CheckRoom(a.Int1, a.Int2, room);
        if (early != Errno.None)
        {
            return early;
        }

        Span<byte> value = stackalloc byte[MaximumOption];
        Result<int> length = socket.Value.GetOption(a.Int1, a.Int2, value);
        if (!length.IsOk)
        {
            return length.Error;
        }

        Result<int> fitting = socket.Value.FitOption(a.Int1, a.Int2, room, length.Value);
        if (!fitting.IsOk)
        {
            return fitting.Error == Errno.ERANGE && !a.Space.TryWrite(a.Address4, length.Value) ? Errno.EFAULT : fitting.Error;
        }

        int shown = Math.Min(fitting.Value, MaximumOption);
        return a.Space.Write(a.Address3, value[..shown]) == shown && a.Space.TryWrite(a.Address4, shown) ? 0 : Errno.EFAULT;
    }
}
