using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>ioctl(2) on any socket that asks for the interfaces (netdevice(7)): struct ifreq is a name of 16 bytes and 24 bytes of what is asked.</summary>
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

    private const int RequestBytes = 40;
    private const ushort HardwareEthernet = 1;
    private const ushort HardwareLoopback = 772;
    private const uint GetName = 0x8910;
    private const uint GetList = 0x8912;
    private const uint GetFlags = 0x8913;
    private const uint GetAddress = 0x8915;
    private const uint GetBroadcast = 0x8919;
    private const uint GetMask = 0x891b;
    private const uint GetMetric = 0x891d;
    private const uint GetMtu = 0x8921;
    private const uint GetHardware = 0x8927;
    private const uint GetIndex = 0x8933;
    private const uint GetQueueLength = 0x8942;

    /// <summary>The hardware type that ARP has for it.</summary>
    public static ushort HardwareOf(NetInterface of) => of.IsLoopback ? HardwareLoopback : HardwareEthernet;

    public static uint FlagsOf(NetInterface of) =>
        (of.IsUp ? FlagUp : 0) | (of.IsUp && of.Device.IsLinkUp ? FlagRunning : 0) | (of.IsLoopback ? FlagLoopback : FlagBroadcast | FlagMulticast);

    /// <summary>Takes an interface up or down. EOPNOTSUPP for another flag that would change.</summary>
    public static Errno SetFlags(NetInterface of, uint wanted)
    {
        const uint Changeable = 0x1 | 0x4 | 0x20 | 0x80 | 0x100 | 0x200 | 0x1000 | 0x2000 | 0x4000 | 0x8000; // IFF_UP and what Linux lets be set
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

    /// <summary>ENOTTY for other requests, ENODEV for a name that nobody has.</summary>
    public static Result<long> Control(Network network, uint request, ulong argument, AddressSpace space)
    {
        if (request is not (GetName or GetList or GetFlags or GetAddress or GetBroadcast or GetMask or GetMetric or GetMtu or GetHardware or GetIndex or GetQueueLength))
        {
            return Errno.ENOTTY;
        }

        if (!network.TryGet(out NetStack stack))
        {
            return Errno.ENOMEM;
        }

        if (request == GetList)
        {
            return WriteList(stack, new VirtAddr(argument), space);
        }

        Span<byte> bytes = stackalloc byte[RequestBytes];
        if (space.Read(new VirtAddr(argument), bytes) != RequestBytes)
        {
            return Errno.EFAULT;
        }

        Span<byte> name = bytes[..NameBytes];
        int end = name.IndexOf((byte)0);
        NetInterface? found = request == GetName
            ? stack.InterfaceOf(BinaryPrimitives.ReadInt32LittleEndian(bytes[NameBytes..]))
            : Find(stack, end < 0 ? name : name[..end]);
        if (found == null)
        {
            return Errno.ENODEV;
        }

        if (request == GetName)
        {
            _ = WriteName(found, name);
        }
        else if (!TryAnswer(found, request, bytes[NameBytes..]))
        {
            return Errno.EADDRNOTAVAIL;
        }

        return space.Write(new VirtAddr(argument), bytes) == RequestBytes ? 0 : Errno.EFAULT;
    }

    private static bool TryAnswer(NetInterface of, uint request, Span<byte> answer)
    {
        answer.Clear();
        switch (request)
        {
            case GetFlags:
                BinaryPrimitives.WriteUInt16LittleEndian(answer, (ushort)FlagsOf(of));
                return true;
            case GetMtu:
                BinaryPrimitives.WriteInt32LittleEndian(answer, of.Mtu);
                return true;
            case GetIndex:
                BinaryPrimitives.WriteInt32LittleEndian(answer, of.Index);
                return true;
            case GetQueueLength:
                BinaryPrimitives.WriteInt32LittleEndian(answer, 1000);
                return true;
            case GetMetric:
                return true;
            case GetHardware:
                BinaryPrimitives.WriteUInt16LittleEndian(answer, HardwareOf(of));
                of.Mac.Write(answer[2..]);
                return true;
            default:
                return TryWriteAddress(of, request, answer);
        }
    }

    private static bool TryWriteAddress(NetInterface of, uint request, Span<byte> answer)
    {
        foreach (InterfaceAddress own in of.Addresses)
        {
            if (own.Address.IsV4)
            {
                IpAddress shown = request switch
                {
                    GetBroadcast => own.Broadcast,
                    GetMask => IpAddress.FromV4(own.PrefixLength == 0 ? 0 : uint.MaxValue << (32 - own.PrefixLength)),
                    _ => own.Address,
                };
                _ = InetAddress.Write(answer, AddressFamily.Inet, new EndpointAddress(shown, 0));
                return true;
            }
        }

        return false;
    }

    /// <summary>SIOCGIFCONF: struct ifconf is a length and, at 8, the address of the array; without an array the length that it needs.</summary>
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
            bytes.Clear();
            if (!TryWriteAddress(each, GetAddress, bytes[NameBytes..]))
            {
                continue;
            }

            _ = WriteName(each, bytes);
            if (array != 0)
            {
                if (room - used < RequestBytes)
                {
                    break;
                }

                if (space.Write(new VirtAddr(array) + (ulong)used, bytes) != RequestBytes)
                {
                    return Errno.EFAULT;
                }
            }

            used += RequestBytes;
        }

        return space.TryWrite(argument, used) ? 0 : Errno.EFAULT;
    }
}
