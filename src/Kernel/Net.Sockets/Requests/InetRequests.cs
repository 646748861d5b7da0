using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Requests that sockets of AF_INET and AF_INET6 take before any other does (inet_ioctl, inet6_ioctl of Linux 6.1).</summary>
internal static class InetRequests
{
    private const int Request6Bytes = 24; // struct in6_ifreq: address, length of the prefix, interface
    private const int LongestPrefix6 = 128;

    public static Result<long> Control(SocketSystem home, AddressFamily family, uint number, ulong argument, AddressSpace space)
    {
        SocketRequest request = (SocketRequest)number;
        bool isV4 = family == AddressFamily.Inet;
        bool isOwn = request is SocketRequest.AddRoute or SocketRequest.DeleteRoute
            || (isV4 ? request is SocketRequest.RouteMessage or SocketRequest.DeleteArp or SocketRequest.GetArp
                or SocketRequest.SetArp || AddressRequests.IsOne(request)
                : request is SocketRequest.SetAddress or SocketRequest.DeleteAddress or SocketRequest.SetDestination);
        if (!isOwn)
        {
            return InterfaceRequests.Control(home, number, argument, space);
        }

        if (!home.Network.TryGet(out NetStack stack))
        {
            return Errno.ENOMEM;
        }

        VirtAddr at = new(argument);
        switch (request)
        {
            case SocketRequest.RouteMessage:
                return Errno.EINVAL;
            case SocketRequest.AddRoute or SocketRequest.DeleteRoute:
                return Done(home, isV4 ? RouteRequests.Change(home, stack, request, at, space)
                    : RouteRequests.ChangeV6(home, stack, request, at, space));
            case SocketRequest.DeleteArp or SocketRequest.GetArp or SocketRequest.SetArp:
                return Done(home, ArpRequests.Answer(home, stack, request, at, space));
            case SocketRequest.SetDestination when !isV4:
                return Errno.ENODEV; // as without the tunnels that it is for
        }

        return isV4 ? ControlAddress(home, stack, request, at, space) : Done(home, ChangeV6(home, stack, request, at, space));
    }

    private static Result<long> ControlAddress(SocketSystem home, NetStack stack, SocketRequest request, VirtAddr at, AddressSpace space)
    {
        Span<byte> bytes = stackalloc byte[InterfaceRequests.RequestBytes];
        if (space.Read(at, bytes) != bytes.Length)
        {
            return Errno.EFAULT;
        }

        Errno error = AddressRequests.Answer(home, stack, request, bytes);
        return error != Errno.None ? error : space.Write(at, bytes) == bytes.Length ? 0 : Errno.EFAULT;
    }

    /// <summary>An address of IPv6 is added or taken away (addrconf_add_ifaddr, addrconf_del_ifaddr).</summary>
    private static Errno ChangeV6(SocketSystem home, NetStack stack, SocketRequest request, VirtAddr at, AddressSpace space)
    {
        Span<byte> bytes = stackalloc byte[Request6Bytes];
        if (!home.Caller.IsPrivileged)
        {
            return Errno.EPERM;
        }

        if (space.Read(at, bytes) != bytes.Length)
        {
            return Errno.EFAULT;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[IpAddress.V6Bytes..]);
        IpAddress address = IpAddress.ReadV6(bytes);
        if (length > LongestPrefix6)
        {
            return Errno.EINVAL;
        }

        if (stack.InterfaceOf(BinaryPrimitives.ReadInt32LittleEndian(bytes[(IpAddress.V6Bytes + sizeof(uint))..])) is not { } on)
        {
            return Errno.ENODEV;
        }

        if (request == SocketRequest.SetAddress)
        {
            return address.IsUnspecified || address.IsMulticast || address.IsV4 ? Errno.EADDRNOTAVAIL
                : on.HasAddress(address) ? Errno.EEXIST
                : stack.GiveAddress(on, new InterfaceAddress(address, (int)length), Clock.Now) ? Errno.None
                : Errno.ENOBUFS;
        }

        foreach (InterfaceAddress own in on.Addresses)
        {
            if (own.Address == address && own.PrefixLength == length)
            {
                _ = stack.RemoveAddress(on, address);
                return Errno.None;
            }
        }

        return Errno.EADDRNOTAVAIL;
    }

    private static Result<long> Done(SocketSystem home, Errno error)
    {
        home.Network.Update();
        return error == Errno.None ? 0 : error;
    }
}
