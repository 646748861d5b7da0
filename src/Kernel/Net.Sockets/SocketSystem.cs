using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Net.Sockets;

/// <summary>What all sockets of the machine share, and where they are made.</summary>
public sealed class SocketSystem(FileTree tree, SocketCaller caller)
{
    public FileTree Tree { get; } = tree;

    public SocketCaller Caller { get; } = caller;

    /// <summary>Names and messages on their way of AF_UNIX.</summary>
    internal UnixDomain Unix { get; } = new(tree);

    /// <summary>Descriptors on their way in messages.</summary>
    public int FilesInFlight => Unix.FilesInFlight;

    /// <summary>socket(2). EAFNOSUPPORT, ESOCKTNOSUPPORT, EPROTONOSUPPORT. <paramref name="flags"/>: O_NONBLOCK.</summary>
    public Result<Socket> Create(int family, int kind, int protocol, OpenFlags flags)
    {
        switch ((AddressFamily)family)
        {
            case AddressFamily.Unix:
                Errno error = CheckUnix(kind, protocol);
                return error == Errno.None ? CreateUnix((SocketKind)kind, flags) : error;
            default:
                return Errno.EAFNOSUPPORT;
        }
    }

    /// <summary>socketpair(2): two sockets connected to each other; of AF_UNIX only (EOPNOTSUPP).</summary>
    public Errno CreatePair(int family, int kind, int protocol, OpenFlags flags, out Socket? first, out Socket? second)
    {
        first = null;
        second = null;
        if (family != (int)AddressFamily.Unix)
        {
            Result<Socket> other = Create(family, kind, protocol, flags);
            if (other.IsOk)
            {
                other.Value.Release();
            }

            return other.IsOk ? Errno.EOPNOTSUPP : other.Error;
        }

        Errno error = CheckUnix(kind, protocol);
        if (error != Errno.None)
        {
            return error;
        }

        UnixSocket one = CreateUnix((SocketKind)kind, flags);
        UnixSocket two = CreateUnix((SocketKind)kind, flags);
        one.Join(two);
        first = one;
        second = two;
        return Errno.None;
    }

    /// <summary>The place outside of the tree that a new socket has: socket:[7].</summary>
    internal PathNode CreatePath()
    {
        const uint Everybody = 0x1ff;
        AnonymousInode inode = new(Tree.Sockets, FileType.Socket, Everybody);
        return PathNode.CreateDetached(Encoding.ASCII.GetBytes("socket:[" + inode.Number.ToString() + "]"), inode);
    }

    internal UnixSocket CreateUnix(SocketKind kind, OpenFlags flags) =>
        kind == SocketKind.Stream ? new UnixStreamSocket(this, flags)
        : new UnixMessageSocket(this, kind == SocketKind.Raw ? SocketKind.Datagram : kind, flags); // as Linux has it since BSD days

    private static Errno CheckUnix(int kind, int protocol)
    {
        if (protocol is not (0 or (int)AddressFamily.Unix))
        {
            return Errno.EPROTONOSUPPORT;
        }

        return (SocketKind)kind is SocketKind.Stream or SocketKind.Datagram or SocketKind.SequencedPacket or SocketKind.Raw ? Errno.None : Errno.ESOCKTNOSUPPORT;
    }
}
