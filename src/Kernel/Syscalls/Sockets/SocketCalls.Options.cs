using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Machine;

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

        if (a.Int1 == (int)SocketLevel.Socket && (SocketOption)a.Int2 == SocketOption.AttachFilter)
        {
            return Done(AttachFilter(in a, socket.Value));
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

    /// <summary>SO_ATTACH_FILTER: struct sock_fprog is a count of instructions and, at 8, where they are. EINVAL, EFAULT, EPERM.</summary>
    [MayAllocate("a filter is attached; the call has reserved memory")]
    private static Errno AttachFilter(in SyscallArguments a, Socket socket)
    {
        const int ProgramBytes = 16;
        const int InstructionBytes = 8;
        const int MaximumInstructions = 4096;
        if (a.Int4 < sizeof(int))
        {
            return Errno.EINVAL;
        }

        if (!a.Space.TryRead(a.Address3, out int _))
        {
            return Errno.EFAULT;
        }

        if (a.Int4 != ProgramBytes)
        {
            return Errno.EINVAL;
        }

        if (!a.Space.TryRead(a.Address3, out uint head) || !a.Space.TryRead(a.Address3 + 8, out ulong at))
        {
            return Errno.EFAULT;
        }

        Errno error = socket.CheckFilter();
        int count = (int)(head & ushort.MaxValue);
        if (error != Errno.None || at == 0 || count is 0 or > MaximumInstructions)
        {
            return error != Errno.None ? error : Errno.EINVAL;
        }

        byte[] instructions = new byte[count * InstructionBytes];
        return a.Space.Read(new VirtAddr(at), instructions) == instructions.Length ? socket.AttachFilter(instructions) : Errno.EFAULT;
    }

    /// <summary>SO_GET_FILTER: lengths are counted in instructions; zero asks how many there are.</summary>
    private static Result<long> GetFilter(in SyscallArguments a, Socket socket, int room)
    {
        const int InstructionBytes = 8;
        int count = socket.FilterLength;
        if (socket.CheckFilter() == Errno.ENOPROTOOPT)
        {
            return Errno.ENOPROTOOPT;
        }

        if (room != 0 && room < count)
        {
            return Errno.EINVAL;
        }

        Span<byte> one = stackalloc byte[InstructionBytes];
        for (int i = 0; i < count && room != 0; i++)
        {
            socket.WriteFilter(i, one);
            if (a.Space.Write(a.Address3 + (ulong)(i * InstructionBytes), one) != InstructionBytes)
            {
                return Errno.EFAULT;
            }
        }

        return a.Space.TryWrite(a.Address4, count) ? 0 : Errno.EFAULT;
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

        if (a.Int1 == (int)SocketLevel.Socket && (SocketOption)a.Int2 == SocketOption.AttachFilter)
        {
            return GetFilter(in a, socket.Value, room);
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
