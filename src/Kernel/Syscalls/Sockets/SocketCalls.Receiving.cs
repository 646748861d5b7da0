using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Syscalls.Files;
using Mote.Kernel.Time;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Sockets;

// recv(2), recvmsg(2), recvmmsg(2).
public sealed partial class SocketCalls
{
    /// <summary>Room for control messages of a family: packet information, time to live, time stamps, errors.</summary>
    private const int FamilyControl = 512;

    [AllocationFree]
    private Result<long> ReceiveFrom(in SyscallArguments a)
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
        scoped DataSink data = new(a.Space, a.Address1, Math.Min(a.A2, MaximumTransfer));
        IncomingMessage message = new() { Flags = (MessageFlags)(unchecked((uint)a.Int3) & ~CompatibleFlag), Name = a.A4 == 0 ? default : name };
        Result<long> result = Receive(socket.Value, ref data, ref message);
        message.Rights?.Release();
        if (!result.IsOk || a.A4 == 0)
        {
            return result;
        }

        Errno error = WriteName(in a, name, message.NameLength, a.Address4, a.Address5);
        return error == Errno.None ? result : error;
    }

    private Result<long> ReceiveMessage(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.Int2);
        Result<Socket> socket = SocketOf(in a);
        return (flags & CompatibleFlag) != 0 ? Errno.EINVAL
            : socket.IsOk ? ReceiveOne(in a, socket.Value, a.Address1, (MessageFlags)flags)
            : socket.Error;
    }

    private Result<long> ReceiveMessages(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.Int3);
        Instant deadline = Instant.Never;
        if ((flags & CompatibleFlag) != 0)
        {
            return Errno.EINVAL;
        }

        if (a.A4 != 0)
        {
            Errno bad = ReadTimePair(a.Space, a.Address4, out long seconds, out long nanoseconds);
            if (bad == Errno.None && (seconds < 0 || nanoseconds is < 0 or >= (long)WallClock.NanosecondsPerSecond))
            {
                bad = Errno.EINVAL;
            }

            if (bad != Errno.None)
            {
                return bad;
            }

            deadline = seconds > int.MaxValue ? Instant.Never : Clock.Now.Plus(((ulong)seconds * (ulong)WallClock.NanosecondsPerSecond) + (ulong)nanoseconds);
        }

        Result<Socket> found = SocketOf(in a);
        if (!found.IsOk)
        {
            return found.Error;
        }

        Socket socket = found.Value;
        Errno error = socket.TakeError();
        uint count = Math.Min(unchecked((uint)a.Int2), MaximumMessages);
        socket.AddReference();
        long done = 0;
        while (done < count && error == Errno.None)
        {
            VirtAddr at = a.Address1 + ((ulong)done * MultipleBytes);
            Result<long> got = ReceiveOne(in a, socket, at, (MessageFlags)flags & ~MessageFlags.WaitForOne);
            error = !got.IsOk ? got.Error : a.Space.TryWrite(at + LengthOffset, (int)got.Value) ? Errno.None : Errno.EFAULT;
            if (error == Errno.None)
            {
                done++;
                flags |= (flags & (uint)MessageFlags.WaitForOne) != 0 ? (uint)MessageFlags.DontWait : 0;
                if (Clock.Now >= deadline)
                {
                    break; // looked at between messages only (recvmmsg(2), BUGS)
                }
            }
        }

        socket.Release();
        if (a.A4 != 0 && done > 0 && !deadline.IsNever)
        {
            ulong left = deadline.Since(Clock.Now);
            if (!TryWriteTimePair(a.Space, a.Address4, (long)(left / (ulong)WallClock.NanosecondsPerSecond), (long)(left % (ulong)WallClock.NanosecondsPerSecond)))
            {
                return Errno.EFAULT;
            }
        }

        return done > 0 ? done : Done(error);
    }

    [AllocationFree]
    private Result<long> ReceiveOne(in SyscallArguments a, Socket socket, VirtAddr address, MessageFlags flags)
    {
        Errno error = MessageHeader.Read(a.Space, address, out MessageHeader header);
        error = error == Errno.None && header.HasTooMany ? Errno.EMSGSIZE : error;
        if (error != Errno.None)
        {
            return error;
        }

        Span<byte> name = stackalloc byte[MaximumName];
        Span<byte> control = stackalloc byte[FamilyControl];
        Span<IoVector> few = stackalloc IoVector[VectorPool.OnStack];
        IoVector[]? many = _vectors.Rent(header.VectorCount);
        Result<int> count = VectorPool.Read(a.Space, header.Vectors, (ulong)header.VectorCount, many ?? few);
        Result<long> result = count.Error;
        if (count.IsOk)
        {
            DataSink data = new(a.Space, (many ?? few)[..count.Value]);
            data.Limit(MaximumTransfer);
            IncomingMessage message = new() { Flags = flags, Received = flags & MessageFlags.ControlCloseOnExec, Name = header.Name.Value == 0 ? default : name, Control = control };
            result = Receive(socket, ref data, ref message);
            error = result.IsOk ? Deliver(in a, header, address, ref message) : Errno.None;
            result = error == Errno.None ? result : error;
        }

        _vectors.Return(many);
        return result;
    }

    /// <summary>Writes the sender's name, control messages, their lengths and the flags. EFAULT, EINVAL.</summary>
    private static Errno Deliver(in SyscallArguments a, in MessageHeader header, VirtAddr address, ref IncomingMessage message)
    {
        ulong used = WriteControl(in a, header, ref message);
        if (header.Name.Value != 0)
        {
            Errno error = WriteName(in a, message.Name, message.NameLength, header.Name, address + MessageHeader.NameLengthOffset);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return a.Space.TryWrite(address + MessageHeader.FlagsOffset, (uint)message.Received) && a.Space.TryWrite(address + MessageHeader.ControlLengthOffset, used) ? Errno.None : Errno.EFAULT;
    }

    private static Result<long> Receive(Socket socket, ref DataSink data, ref IncomingMessage message)
    {
        socket.AddReference();
        Result<long> result = (message.Flags & MessageFlags.ErrorQueue) != 0 ? socket.ReceiveError(ref data, ref message) : socket.Receive(ref data, ref message);
        socket.Release();
        return result;
    }
}
