using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// SIOCADDRT and SIOCDELRT, by which route(8) changes routes: struct rtentry and struct in6_rtmsg say what rtnetlink's messages do
/// (rtentry_to_fib_config of Linux 6.1).
/// </summary>
internal static class RouteRequests
{
    private const int EntryBytes = 120;
    private const int DestinationAt = 8;
    private const int GatewayAt = 24;
    private const int MaskAt = 40;
    private const int FlagsAt = 56;
    private const int MetricAt = 80;
    private const int DeviceAt = 88;
    private const int Message6Bytes = 80;
    private const uint ByGateway = 0x2; // RTF_GATEWAY
    private const uint IsHost = 0x4; // RTF_HOST
    private const uint Unsupported = 0x40 | 0x80 | 0x100 | 0x200; // RTF_MTU, RTF_WINDOW, RTF_IRTT, RTF_REJECT

    /// <summary>
    /// EFAULT, EPERM, EAFNOSUPPORT, EINVAL, ENODEV, those of the change itself; EOPNOTSUPP for routes that refuse or have metrics of their
    /// own.
    /// </summary>
    public static Errno Change(SocketSystem home, NetStack stack, SocketRequest request, VirtAddr at, AddressSpace space)
    {
        Span<byte> entry = stackalloc byte[EntryBytes];
        if (space.Read(at, entry) != EntryBytes)
        {
            return Errno.EFAULT;
        }

        if (!home.Caller.IsPrivileged)
        {
            return Errno.EPERM;
        }

        if (FamilyAt(entry, DestinationAt) != AddressFamily.Inet)
        {
            return Errno.EAFNOSUPPORT;
        }

        uint flags = BinaryPrimitives.ReadUInt16LittleEndian(entry[FlagsAt..]);
        IpAddress destination = AddressAt(entry, DestinationAt);
        int length = 32;
        if ((flags & IsHost) == 0)
        {
            uint mask = AddressAt(entry, MaskAt).V4;
            AddressFamily maskFamily = FamilyAt(entry, MaskAt);
            if (maskFamily != AddressFamily.Inet && (mask != 0 || maskFamily != 0))
            {
                return Errno.EAFNOSUPPORT;
            }

            if (!AddressRequests.IsMask(mask) || (destination.V4 & ~mask) != 0)
            {
                return Errno.EINVAL;
            }

            length = System.Numerics.BitOperations.PopCount(mask);
        }

        NetInterface? by = null;
        Errno error = FindDevice(stack, BinaryPrimitives.ReadUInt64LittleEndian(entry[DeviceAt..]), space, ref by);
        IpAddress gateway = FamilyAt(entry, GatewayAt) == AddressFamily.Inet ? AddressAt(entry, GatewayAt) : IpAddress.AnyV4;
        if (error != Errno.None)
        {
            return error;
        }

        bool isNew = request == SocketRequest.AddRoute;
        if (isNew && (flags & ByGateway) != 0 && gateway.IsUnspecified)
        {
            return Errno.EINVAL;
        }

        if (isNew && (flags & Unsupported) != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        int metric = BinaryPrimitives.ReadInt16LittleEndian(entry[MetricAt..]);
        Route route = new(destination, length, gateway, by ?? stack.Loopback, metric > 0 ? metric - 1 : 0) { Origin = RouteOrigin.Boot };
        return Apply(home, stack, isNew, route, by, hasMetric: metric > 0);
    }

    /// <summary>
    /// As <see cref="Change"/>, for IPv6: struct in6_rtmsg has addresses, lengths of prefixes, metric, flags and the interface.
    /// </summary>
    public static Errno ChangeV6(SocketSystem home, NetStack stack, SocketRequest request, VirtAddr at, AddressSpace space)
    {
        const int LengthAt = 52;
        const int SourceLengthAt = 54;
        const int Metric6At = 56;
        const int Flags6At = 72;
        const int IndexAt = 76;
        const int Longest = 128;
        Span<byte> message = stackalloc byte[Message6Bytes];
        if (space.Read(at, message) != Message6Bytes)
        {
            return Errno.EFAULT;
        }

        if (!home.Caller.IsPrivileged)
        {
            return Errno.EPERM;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(message[LengthAt..]);
        int index = BinaryPrimitives.ReadInt32LittleEndian(message[IndexAt..]);
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(message[Flags6At..]);
        uint metric = BinaryPrimitives.ReadUInt32LittleEndian(message[Metric6At..]);
        NetInterface? by = index == 0 ? null : stack.InterfaceOf(index);
        if (length > Longest)
        {
            return Errno.EINVAL;
        }

        if (index != 0 && by == null)
        {
            return Errno.ENODEV;
        }

        bool isNew = request == SocketRequest.AddRoute;
        bool isSourced = BinaryPrimitives.ReadUInt16LittleEndian(message[SourceLengthAt..]) != 0;
        if (isSourced || (isNew && (flags & Unsupported) != 0) || metric > int.MaxValue)
        {
            return isSourced ? Errno.EINVAL : Errno.EOPNOTSUPP;
        }

        IpAddress destination = new InterfaceAddress(IpAddress.ReadV6(message), length).Prefix;
        IpAddress gateway = (flags & ByGateway) != 0 ? IpAddress.ReadV6(message[(2 * IpAddress.V6Bytes)..]) : IpAddress.AnyV6;
        Route route = new(destination, length, gateway, by ?? stack.Loopback, (int)metric) { Origin = RouteOrigin.Boot };
        Errno error = Apply(home, stack, isNew, route, by, hasMetric: metric > 0);
        // Linux keeps an entry of its own for the default route that is not there.
        return error == Errno.ESRCH && length == 0 ? Errno.ENOENT : error;
    }

    private static Errno Apply(SocketSystem home, NetStack stack, bool isNew, Route route, NetInterface? by, bool hasMetric)
    {
        RouteChanges changes = new(home, stack, new NetlinkWriter(0, 0));
        return isNew ? changes.AddRoute(route, by, NetlinkMessage.Create) : changes.RemoveRoute(route, by, hasMetric);
    }

    /// <summary>rt_dev: a name, or null for none.</summary>
    private static Errno FindDevice(NetStack stack, ulong name, AddressSpace space, ref NetInterface? found)
    {
        if (name == 0)
        {
            return Errno.None;
        }

        Span<byte> bytes = stackalloc byte[InterfaceRequests.NameBytes];
        bytes.Clear();
        int read = space.Read(new VirtAddr(name), bytes[..^1]);
        if (read < bytes.Length - 1 && (read <= 0 || bytes[..read].IndexOf((byte)0) < 0))
        {
            return Errno.EFAULT;
        }

        found = InterfaceRequests.Find(stack, InterfaceRequests.DeviceName(bytes));
        return found == null ? Errno.ENODEV : Errno.None;
    }

    private static AddressFamily FamilyAt(ReadOnlySpan<byte> entry, int at) =>
        (AddressFamily)BinaryPrimitives.ReadUInt16LittleEndian(entry[at..]);

    private static IpAddress AddressAt(ReadOnlySpan<byte> entry, int at) => IpAddress.ReadV4(entry[(at + 4)..]);
}
