using System.Collections.Generic;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Vfs;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>What all sockets of the machine share, and where they are made.</summary>
public sealed class SocketSystem(FileTree tree, SocketCaller caller, Network network)
{
    private uint _netlinkPorts;

    public FileTree Tree { get; } = tree;

    public SocketCaller Caller { get; } = caller;

    public Network Network { get; } = network;

    /// <summary>What /proc/sys/net/core sets.</summary>
    public SocketLimits Limits { get; } = new();

    /// <summary>Told of paths on which programs listen; null is nobody.</summary>
    public LocalListenerObserver? LocalListeners { get; set; }

    /// <summary>Names and messages on their way of AF_UNIX.</summary>
    internal UnixDomain Unix { get; } = new(tree);

    /// <summary>All sockets of AF_INET and AF_INET6, for /proc/net.</summary>
    internal InetSocket? FirstInet { get; set; }

    /// <summary>Sockets of all families that there are.</summary>
    public int Count { get; internal set; }

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
            case AddressFamily.Inet:
            case AddressFamily.Inet6:
                return CreateInet((AddressFamily)family, (SocketKind)kind, protocol, flags);
            case AddressFamily.Netlink:
                const int RouteProtocol = 0;
                return (SocketKind)kind is not (SocketKind.Raw or SocketKind.Datagram) ? Errno.ESOCKTNOSUPPORT
                    : protocol != RouteProtocol ? Errno.EPROTONOSUPPORT
                    : Network.TryGet(out NetStack stack) ? new NetlinkSocket(this, stack, (SocketKind)kind, flags)
                    : Errno.ENOMEM;
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

    /// <summary>All sockets of AF_UNIX.</summary>
    public IEnumerable<UnixSocketState> UnixSockets()
    {
        for (UnixSocket? socket = Unix.FirstSocket; socket != null; socket = socket.NextSocket)
        {
            yield return new UnixSocketState(socket);
        }
    }

    /// <summary>The sockets of a type and family of IP.</summary>
    public IEnumerable<InetSocketState> InetSockets(SocketKind kind, AddressFamily family)
    {
        for (InetSocket? socket = FirstInet; socket != null; socket = socket.NextSocket)
        {
            if (socket.Kind == kind && socket.Family == family && socket.IsShown)
            {
                yield return socket.State;
            }
        }
    }

    /// <summary>How many sockets of IP there are of a type.</summary>
    public int CountOf(SocketKind kind)
    {
        int count = 0;
        for (InetSocket? socket = FirstInet; socket != null; socket = socket.NextSocket)
        {
            count += socket.Kind == kind ? 1 : 0;
        }

        return count;
    }

    /// <summary>A port for a netlink socket that was bound to none: the process's number, and others for its further sockets.</summary>
    internal uint NextNetlinkPort() => _netlinkPorts++ == 0 ? (uint)Caller.Credentials.Process : unchecked(uint.MaxValue - 4096 + _netlinkPorts);

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

    private Result<Socket> CreateInet(AddressFamily family, SocketKind kind, int protocol, OpenFlags flags)
    {
        const int Any = 0;
        const int Icmp = 1;
        const int Tcp = 6;
        const int Udp = 17;
        const int IcmpV6 = 58;
        bool isPing = protocol == (family == AddressFamily.Inet ? Icmp : IcmpV6);
        switch (kind)
        {
            case SocketKind.Datagram when protocol is Any or Udp || isPing:
                return Network.TryGet(out NetStack stack)
                    ? new InetDatagramSocket(this, Network, stack, family, protocol == Any ? Udp : protocol, isPing, flags)
                    : Errno.ENOMEM;
            case SocketKind.Stream when protocol is Any or Tcp:
                return Network.TryGet(out stack) ? new InetStreamSocket(this, Network, stack, family, Tcp, flags) : Errno.ENOMEM;
            case SocketKind.Datagram:
            case SocketKind.Stream:
                return Errno.EPROTONOSUPPORT;
            default:
                return Errno.ESOCKTNOSUPPORT;
        }
    }

    private static Errno CheckUnix(int kind, int protocol)
    {
        if (protocol is not (0 or (int)AddressFamily.Unix))
        {
            return Errno.EPROTONOSUPPORT;
        }

        return (SocketKind)kind is SocketKind.Stream or SocketKind.Datagram or SocketKind.SequencedPacket or SocketKind.Raw ? Errno.None : Errno.ESOCKTNOSUPPORT;
    }
}
