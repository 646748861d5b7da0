using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// Requests of ioctl(2) that any socket takes (netdevice(7)): struct ifreq is a name of 16 bytes and 24 bytes of what is asked. The order
/// of errors is that of sock_ioctl and dev_ioctl
/// (net/socket.c, net/core/dev_ioctl.c of Linux 6.1).
/// </summary>
public static class InterfaceRequests
{
    /// <summary>IFNAMSIZ.</summary>
    public const int NameBytes = 16;

    public const uint FlagUp = 0x1;
    public const uint FlagBroadcast = 0x2;
    public const uint FlagLoopback = 0x8;
    public const uint FlagRunning = 0x40;
    public const uint FlagMulticast = 0x1000;

    /// <summary>IFF_LOWER_UP, which rtnetlink alone tells.</summary>
    public const uint FlagLowerUp = 0x10000;

    /// <summary>sizeof(struct ifreq).</summary>
    public const int RequestBytes = 40;

    private const ushort HardwareEthernet = 1;
    private const ushort HardwareLoopback = 772;
    private const int TypeShift = 8;
    private const uint SocketType = 0x89; // SOCK_IOC_TYPE

    /// <summary>The hardware type that ARP has for it.</summary>
    public static ushort HardwareOf(NetInterface of) => of.IsLoopback ? HardwareLoopback : HardwareEthernet;

    public static uint FlagsOf(NetInterface of) =>
        (of.IsUp ? FlagUp : 0)
        | (of.IsUp && of.Device.IsLinkUp ? FlagRunning : 0)
        | (of.IsLoopback ? FlagLoopback : FlagBroadcast | FlagMulticast);

    /// <summary>Takes an interface up or down. EOPNOTSUPP for another flag that would change.</summary>
    public static Errno SetFlags(NetInterface of, uint wanted)
    {
        // IFF_UP and what Linux lets be set.
        const uint Changeable = 0x1 | 0x4 | 0x20 | 0x80 | 0x100 | 0x200 | 0x1000 | 0x2000 | 0x4000 | 0x8000;
        uint other = (wanted ^ FlagsOf(of)) & Changeable & ~FlagUp;
        if (other != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        of.SetUp((wanted & FlagUp) != 0);
        return Errno.None;
    }

    /// <summary>EINVAL for an MTU that the interface cannot have.</summary>
    public static Errno SetMtu(NetInterface of, int mtu)
    {
        if (mtu < NetInterface.LeastMtu || mtu > of.Device.Mtu)
        {
            return Errno.EINVAL;
        }

        of.SetMtu(mtu);
        return Errno.None;
    }

    public static NetInterface? Find(NetStack stack, ReadOnlySpan<byte> name)
    {
        Span<byte> own = stackalloc byte[NameBytes];
        foreach (NetInterface candidate in stack.Interfaces)
        {
            if (name.SequenceEqual(own[..WriteName(candidate, own)]))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>Writes the name, with zeros behind it as far as its 16 bytes go; its length.</summary>
    public static int WriteName(NetInterface of, Span<byte> name)
    {
        name[..NameBytes].Clear();
        for (int i = 0; i < of.Name.Length; i++)
        {
            name[i] = (byte)of.Name[i];
        }

        return of.Name.Length;
    }

    /// <summary>The name in a request, without the label that an alias has after a colon; the last of its bytes is always zero.</summary>
    public static ReadOnlySpan<byte> DeviceName(ReadOnlySpan<byte> request)
    {
        int end = request[..(NameBytes - 1)].IndexOfAny((byte)0, (byte)':');
        return request[..(end < 0 ? NameBytes - 1 : end)];
    }

    /// <summary>The whole name in a request, which may be an alias such as eth0:1.</summary>
    public static ReadOnlySpan<byte> Label(ReadOnlySpan<byte> request)
    {
        int end = request[..(NameBytes - 1)].IndexOf((byte)0);
        return request[..(end < 0 ? NameBytes - 1 : end)];
    }

    /// <summary>
    /// ENOTTY for what no socket takes, EFAULT, ENODEV for a name that nobody has, EPERM, and what is refused for the want of such devices.
    /// </summary>
    public static Result<long> Control(SocketSystem home, uint number, ulong argument, AddressSpace space)
    {
        if ((number >> TypeShift & byte.MaxValue) != SocketType)
        {
            return Errno.ENOTTY;
        }

        SocketRequest request = (SocketRequest)number;
        switch (request)
        {
            case SocketRequest.GetBridge or SocketRequest.SetBridge or SocketRequest.BridgeAdd or SocketRequest.BridgeRemove:
            case SocketRequest.GetVlan or SocketRequest.SetVlan:
                return Errno.ENOPKG; // as where the modules are not there
            case SocketRequest.GetStampOld or SocketRequest.GetStampNsOld or SocketRequest.GetStampNew or SocketRequest.GetStampNsNew:
                return Errno.ENOTTY; // of families without time stamps
            case SocketRequest.GetNamespace:
                return home.Caller.IsPrivileged ? Errno.EINVAL : Errno.EPERM; // as without CONFIG_NET_NS
        }

        if (!home.Network.TryGet(out NetStack stack))
        {
            return Errno.ENOMEM;
        }

        if (request == SocketRequest.GetInterfaceList)
        {
            return WriteList(stack, new VirtAddr(argument), space);
        }

        Span<byte> bytes = stackalloc byte[RequestBytes];
        if (space.Read(new VirtAddr(argument), bytes) != RequestBytes)
        {
            return Errno.EFAULT;
        }

        Errno error = DeviceRequests.Answer(home, stack, request, bytes, space, out bool isTold);
        return error != Errno.None ? error : !isTold || space.Write(new VirtAddr(argument), bytes) == RequestBytes ? 0 : Errno.EFAULT;
    }

    /// <summary>
    /// SIOCGIFCONF: struct ifconf is a length and, at 8, the address of the array; without an array the length that it needs. Each address
    /// of IPv4 is listed, by its label.
    /// </summary>
    private static Result<long> WriteList(NetStack stack, VirtAddr argument, AddressSpace space)
    {
        if (!space.TryRead(argument, out int room) || !space.TryRead(argument + 8, out ulong array))
        {
            return Errno.EFAULT;
        }

        Span<byte> bytes = stackalloc byte[RequestBytes];
        int used = 0;
        foreach (NetInterface each in stack.Interfaces)
        {
            foreach (InterfaceAddress own in each.Addresses)
            {
                if (!own.Address.IsV4 || (array != 0 && room - used < RequestBytes))
                {
                    continue;
                }

                bytes.Clear();
                AddressRequests.WriteLabel(each, own, bytes);
                _ = InetAddress.Write(bytes[NameBytes..], AddressFamily.Inet, new EndpointAddress(own.Address, 0));
                if (array != 0 && space.Write(new VirtAddr(array) + (ulong)used, bytes) != RequestBytes)
                {
                    return Errno.EFAULT;
                }

                used += RequestBytes;
            }
        }

        return space.TryWrite(argument, used) ? 0 : Errno.EFAULT;
    }
}
