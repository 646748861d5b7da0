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

    /// <summary>All sockets of AF_NETLINK.</summary>
    internal NetlinkSockets Netlinks { get; } = new();

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
                return CreateNetlink((SocketKind)kind, (NetlinkProtocol)protocol, flags);
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

    /// <summary>The sockets of a type and family of IP; those of ping, which are datagram sockets too, are told apart from UDP's.</summary>
    public IEnumerable<InetSocketState> InetSockets(SocketKind kind, AddressFamily family, bool isPing = false)
    {
        for (InetSocket? socket = FirstInet; socket != null; socket = socket.NextSocket)
        {
            if (socket.Kind == kind && socket.Family == family && socket.IsShown && socket.IsPing == isPing)
            {
                yield return socket.State;
            }
        }

        if (kind == SocketKind.Stream && Network.Made is { } stack)
        {
            foreach (InetSocketState state in InetSocketStates.WithoutSocket(stack, family))
            {
                yield return state;
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

    /// <summary>How many sockets of IP there are of a type and family.</summary>
    public int CountOf(SocketKind kind, AddressFamily family, bool isPing = false)
    {
        int count = 0;
        for (InetSocket? socket = FirstInet; socket != null; socket = socket.NextSocket)
        {
            count += socket.Kind == kind && socket.Family == family && socket.IsShown && socket.IsPing == isPing ? 1 : 0;
        }

        return count;
    }

    /// <summary>All sockets of AF_NETLINK: protocol, port, groups, bytes that wait and inode.</summary>
    public IEnumerable<(int Protocol, uint Port, uint Groups, int Queued, ulong Inode)> NetlinkSocketStates()
    {
        foreach (NetlinkSocket socket in Netlinks.All)
        {
            yield return (socket.Protocol, socket.Port, socket.Groups, socket.QueuedBytes, socket.Inode.Number);
        }
    }

    /// <summary>A random number for filters that ask for one.</summary>
    internal ulong NextRandom() => Network.Random.Next();

    /// <summary>A port for a netlink socket that was bound to none: the process's number, and others for its further sockets.</summary>
    internal uint NextNetlinkPort(NetlinkProtocol protocol)
    {
        uint process = (uint)Caller.Credentials.Process;
        if (!Netlinks.IsTaken(protocol, process))
        {
            return process;
        }

        _netlinkPorts = unchecked(_netlinkPorts + 1);
        return unchecked(uint.MaxValue - 4096 - _netlinkPorts);
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

    private Result<Socket> CreateInet(AddressFamily family, SocketKind kind, int protocol, OpenFlags flags)
    {
        const int Any = 0;
        const int Icmp = 1;
        const int Tcp = 6;
        const int Udp = 17;
        const int IcmpV6 = 58;
        const int Protocols = 263; // IPPROTO_MAX
        if (protocol is < 0 or >= Protocols)
        {
            return Errno.EINVAL;
        }

        bool isPing = protocol == (family == AddressFamily.Inet ? Icmp : IcmpV6);
        NetStack stack;
        switch (kind)
        {
            case SocketKind.Raw when protocol is > Any and <= RawEndpoint.AnyProtocol:
                return !Caller.IsPrivileged ? Errno.EPERM
                    : Network.TryGet(out stack)
                    ? new InetDatagramSocket(this, Network, new RawEndpoint(stack, InetSocket.StackFamily(family), (byte)protocol), family, kind, protocol, flags)
                    : Errno.ENOMEM;
            case SocketKind.Datagram when protocol is Any or Udp:
                return Network.TryGet(out stack)
                    ? new InetDatagramSocket(this, Network, new UdpEndpoint(stack, InetSocket.StackFamily(family)), family, kind, Udp, flags)
                    : Errno.ENOMEM;
            case SocketKind.Datagram when isPing:
                return Network.TryGet(out stack)
                    ? new InetDatagramSocket(this, Network, new PingEndpoint(stack, InetSocket.StackFamily(family)), family, kind, protocol, flags)
                    : Errno.ENOMEM;
            case SocketKind.Stream when protocol is Any or Tcp:
                return Network.TryGet(out stack) ? new InetStreamSocket(this, Network, stack, family, Tcp, flags) : Errno.ENOMEM;
            case SocketKind.Datagram:
            case SocketKind.Stream:
            case SocketKind.Raw:
                return Errno.EPROTONOSUPPORT;
            default:
                return Errno.ESOCKTNOSUPPORT;
        }
    }

    private Result<Socket> CreateNetlink(SocketKind kind, NetlinkProtocol protocol, OpenFlags flags)
    {
        if (kind is not (SocketKind.Raw or SocketKind.Datagram))
        {
            return Errno.ESOCKTNOSUPPORT;
        }

        if (protocol is not (NetlinkProtocol.Route or NetlinkProtocol.SocketDiagnosis or NetlinkProtocol.Generic))
        {
            return Errno.EPROTONOSUPPORT;
        }

        if (!Network.TryGet(out NetStack stack))
        {
            return Errno.ENOMEM;
        }

        stack.Changes ??= Netlinks;
        NetlinkAnswers answers = protocol switch
        {
            NetlinkProtocol.Route => new RouteAnswers(this, stack),
            NetlinkProtocol.Generic => new GenericAnswers(),
            _ => new SocketDiagnosis(this, stack),
        };
        return new NetlinkSocket(this, answers, kind, protocol, flags);
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
