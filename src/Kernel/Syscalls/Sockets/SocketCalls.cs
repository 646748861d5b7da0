using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Syscalls.Files;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Sockets;

/// <summary>
/// The calls of sockets: socket(2) and its kin. Addresses are copied here and read by the family; the order of errors is that of net/socket.c.
/// </summary>
public sealed partial class SocketCalls(FileServices services, SocketSystem sockets) : FileFamily(services)
{
    /// <summary>sizeof(struct sockaddr_storage).</summary>
    private const int MaximumName = 128;
    private const uint NonBlock = (uint)OpenFlags.NonBlock; // SOCK_NONBLOCK
    private const uint CloseOnExec = (uint)OpenFlags.CloseOnExec; // SOCK_CLOEXEC

    private readonly VectorPool _vectors = new();

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Socket, Create, "AF_UNIX, AF_INET, AF_INET6, AF_NETLINK with NETLINK_ROUTE, NETLINK_SOCK_DIAG and nlctrl of NETLINK_GENERIC; no AF_PACKET");
        table.Add(SyscallNumber.Socketpair, CreatePair);
        table.Add(SyscallNumber.Bind, Bind);
        table.Add(SyscallNumber.Listen, Listen);
        table.Add(SyscallNumber.Accept, (in SyscallArguments a) => Accept(in a, 0));
        table.Add(SyscallNumber.Accept4, (in SyscallArguments a) => Accept(in a, unchecked((uint)a.A3)));
        table.Add(SyscallNumber.Connect, Connect);
        table.Add(SyscallNumber.Getsockname, GetName);
        table.Add(SyscallNumber.Getpeername, GetPeerName);
        table.Add(SyscallNumber.Shutdown, Shutdown);
        table.Add(SyscallNumber.Setsockopt, SetOption, "filters of classic BPF on all but TCP, none of eBPF; no times of a card's own clock (SO_TIMESTAMPING); of TCP no TCP_FASTOPEN, TCP_REPAIR, TCP_MD5SIG, TCP_SAVE_SYN, TCP_ZEROCOPY_RECEIVE, TCP_TX_DELAY");
        table.Add(SyscallNumber.Getsockopt, GetOption, "as setsockopt");
        const string NoFastOpen = "no MSG_FASTOPEN";
        table.Add(SyscallNumber.Sendto, SendTo, NoFastOpen);
        table.Add(SyscallNumber.Recvfrom, ReceiveFrom);
        table.Add(SyscallNumber.Sendmsg, SendMessage, NoFastOpen);
        table.Add(SyscallNumber.Recvmsg, ReceiveMessage);
        table.Add(SyscallNumber.Sendmmsg, SendMessages, NoFastOpen);
        table.Add(SyscallNumber.Recvmmsg, ReceiveMessages);
    }

    /// <summary>The socket of a descriptor. EBADF, ENOTSOCK.</summary>
    private static Result<Socket> SocketOf(in SyscallArguments a)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        return !file.IsOk ? file.Error : file.Value is Socket socket ? socket : Errno.ENOTSOCK;
    }

    private Result<long> Create(in SyscallArguments a)
    {
        Errno error = CheckType(in a, out int kind, out OpenFlags flags, out bool closes);
        if (error != Errno.None)
        {
            return error;
        }

        Result<Socket> made = sockets.Create(a.Int0, kind, a.Int2, flags);
        return made.IsOk ? Install(in a, made.Value, closes) : made.Error;
    }

    private Result<long> CreatePair(in SyscallArguments a)
    {
        Errno error = CheckType(in a, out int kind, out OpenFlags flags, out bool closes);
        if (error != Errno.EINVAL && !(a.Space.TryRead(a.Address3, out ulong there) && a.Space.TryWrite(a.Address3, there)))
        {
            return Errno.EFAULT; // Linux has written the descriptors before it looks at the family
        }

        if (error == Errno.None)
        {
            error = sockets.CreatePair(a.Int0, kind, a.Int2, flags, out Socket? first, out Socket? second);
            if (error == Errno.None)
            {
                return InstallPair(in a, first!, second!, closes);
            }
        }

        return error;
    }

    private Result<long> InstallPair(in SyscallArguments a, Socket first, Socket second, bool closes)
    {
        Result<long> one = Install(in a, first, closes);
        if (!one.IsOk)
        {
            second.Release();
            return one;
        }

        Result<long> two = Install(in a, second, closes);
        if (two.IsOk && a.Space.TryWrite(a.Address3, (int)one.Value) && a.Space.TryWrite(a.Address3 + sizeof(int), (int)two.Value))
        {
            return 0;
        }

        _ = a.Process.Files.Close((int)one.Value);
        if (!two.IsOk)
        {
            return two;
        }

        _ = a.Process.Files.Close((int)two.Value);
        return Errno.EFAULT;
    }

    private static Errno CheckType(in SyscallArguments a, out int kind, out OpenFlags flags, out bool closes)
    {
        const int KindMask = 0xf;
        const int LastFamily = 45;
        const int LastKind = 10;
        kind = a.Int1 & KindMask;
        uint rest = unchecked((uint)a.Int1) & ~(uint)KindMask;
        flags = (OpenFlags)(rest & NonBlock);
        closes = (rest & CloseOnExec) != 0;
        return (rest & ~(NonBlock | CloseOnExec)) != 0 ? Errno.EINVAL
            : unchecked((uint)a.Int0) > LastFamily ? Errno.EAFNOSUPPORT
            : kind > LastKind ? Errno.EINVAL
            : Errno.None;
    }

    private static Result<long> Install(in SyscallArguments a, Socket socket, bool closes)
    {
        Result<int> added = a.Process.Files.Add(socket, closes);
        if (added.IsOk)
        {
            return added.Value;
        }

        socket.Release();
        return added.Error;
    }

    private Result<long> Bind(in SyscallArguments a)
    {
        Span<byte> room = stackalloc byte[MaximumName];
        Result<Socket> socket = SocketOf(in a);
        Errno error = socket.IsOk ? ReadName(in a, a.Address1, a.Int2, room, out room) : socket.Error;
        return Done(error == Errno.None ? socket.Value.Bind(room) : error);
    }

    private Result<long> Listen(in SyscallArguments a)
    {
        Result<Socket> socket = SocketOf(in a);
        return Done(socket.IsOk ? socket.Value.Listen(a.Int1) : socket.Error);
    }

    private Result<long> Connect(in SyscallArguments a)
    {
        Span<byte> room = stackalloc byte[MaximumName];
        Result<OpenFile> file = FileOf(in a, a.Int0);
        Errno error = file.IsOk ? ReadName(in a, a.Address1, a.Int2, room, out room) : file.Error;
        Result<Socket> found = error == Errno.None ? SocketOf(in a) : error; // what no socket is comes last
        if (!found.IsOk)
        {
            return found.Error;
        }

        Socket socket = found.Value;
        socket.AddReference();
        error = socket.Connect(room);
        socket.Release();
        return Done(error);
    }

    private static Result<long> Accept(in SyscallArguments a, uint flags)
    {
        bool hasOther = (flags & ~(NonBlock | CloseOnExec)) != 0;
        Result<Socket> found = SocketOf(in a);
        if (!found.IsOk || hasOther)
        {
            return hasOther && found.Error != Errno.EBADF ? Errno.EINVAL : found.Error;
        }

        Socket listener = found.Value;
        listener.AddReference();
        Result<Socket> accepted = listener.Accept((OpenFlags)(flags & NonBlock));
        listener.Release();
        if (!accepted.IsOk)
        {
            return accepted.Error;
        }

        if (a.A1 != 0)
        {
            Span<byte> name = stackalloc byte[MaximumName];
            Result<int> length = accepted.Value.GetAcceptedName(name);
            Errno error = length.IsOk ? WriteName(in a, name, length.Value, a.Address1, a.Address2) : Errno.ECONNABORTED;
            if (error != Errno.None)
            {
                accepted.Value.Release();
                return error;
            }
        }

        return Install(in a, accepted.Value, (flags & CloseOnExec) != 0);
    }

    private Result<long> GetName(in SyscallArguments a)
    {
        Span<byte> name = stackalloc byte[MaximumName];
        Result<Socket> socket = SocketOf(in a);
        Result<int> length = socket.IsOk ? socket.Value.GetName(name) : socket.Error;
        return length.IsOk ? Done(WriteName(in a, name, length.Value, a.Address1, a.Address2)) : length.Error;
    }

    private Result<long> GetPeerName(in SyscallArguments a)
    {
        Span<byte> name = stackalloc byte[MaximumName];
        Result<Socket> socket = SocketOf(in a);
        Result<int> length = socket.IsOk ? socket.Value.GetPeerName(name) : socket.Error;
        return length.IsOk ? Done(WriteName(in a, name, length.Value, a.Address1, a.Address2)) : length.Error;
    }

    private Result<long> Shutdown(in SyscallArguments a)
    {
        Result<Socket> socket = SocketOf(in a);
        if (!socket.IsOk)
        {
            return socket.Error;
        }

        bool isAny = socket.Value.Family == AddressFamily.Netlink; // which shuts nothing down
        return unchecked((uint)a.Int1) > 2 && !isAny ? Errno.EINVAL : Done(socket.Value.Shutdown((ShutdownDirection)(a.Int1 + 1)));
    }

    /// <summary>Copies a struct sockaddr out of the program. EINVAL for its length, EFAULT.</summary>
    private static Errno ReadName(in SyscallArguments a, VirtAddr address, int length, Span<byte> room, out Span<byte> name)
    {
        name = default;
        if (length is < 0 or > MaximumName)
        {
            return Errno.EINVAL;
        }

        name = room[..length];
        return a.Space.Read(address, name) == length ? Errno.None : Errno.EFAULT;
    }

    /// <summary>Gives the program an address, as much as it has room for, and its whole length (move_addr_to_user). EINVAL, EFAULT.</summary>
    private static Errno WriteName(in SyscallArguments a, ReadOnlySpan<byte> name, int length, VirtAddr address, VirtAddr lengthAddress)
    {
        if (!a.Space.TryRead(lengthAddress, out int room))
        {
            return Errno.EFAULT;
        }

        if (room < 0)
        {
            return Errno.EINVAL;
        }

        int shown = Math.Min(room, Math.Min(length, name.Length));
        return a.Space.Write(address, name[..shown]) == shown && a.Space.TryWrite(lengthAddress, length) ? Errno.None : Errno.EFAULT;
    }
}
