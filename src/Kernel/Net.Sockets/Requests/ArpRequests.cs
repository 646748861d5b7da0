using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// SIOCGARP, SIOCSARP and SIOCDARP (arp(7), arp_ioctl of Linux 6.1): neighbours of IPv4 by their address. None is answered for (ATF_PUBL:
/// EOPNOTSUPP).
/// </summary>
internal static class ArpRequests
{
    private const int RequestBytes = 68; // struct arpreq: address, link address, flags, mask, device
    private const int HardwareAt = 16;
    private const int FlagsAt = 32;
    private const int DeviceAt = 52;
    private const uint Complete = 0x2; // ATF_COM
    private const uint Permanent = 0x4;
    private const uint Published = 0x8;
    private const uint WithMask = 0x20 | 0x40; // ATF_NETMASK, ATF_DONTPUB

    public static Errno Answer(SocketSystem home, NetStack stack, SocketRequest request, VirtAddr at, AddressSpace space)
    {
        if (request != SocketRequest.GetArp && !home.Caller.IsPrivileged)
        {
            return Errno.EPERM;
        }

        Span<byte> bytes = stackalloc byte[RequestBytes];
        if (space.Read(at, bytes) != RequestBytes)
        {
            return Errno.EFAULT;
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes) != (ushort)AddressFamily.Inet)
        {
            return Errno.EPFNOSUPPORT;
        }

        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes[FlagsAt..]);
        if ((flags & Published) == 0 && (flags & WithMask) != 0)
        {
            return Errno.EINVAL;
        }

        IpAddress address = IpAddress.ReadV4(bytes[4..]);
        ushort hardware = BinaryPrimitives.ReadUInt16LittleEndian(bytes[HardwareAt..]);
        NetInterface? on = null;
        if (bytes[DeviceAt] != 0)
        {
            on = InterfaceRequests.Find(stack, InterfaceRequests.Label(bytes[DeviceAt..]));
            hardware = hardware == 0 && on != null ? InterfaceRequests.HardwareOf(on) : hardware;
            if (on != null && (flags & Complete) != 0 && hardware != InterfaceRequests.HardwareOf(on))
            {
                return Errno.EINVAL;
            }
        }

        if (on == null && (bytes[DeviceAt] != 0 || request == SocketRequest.GetArp))
        {
            return Errno.ENODEV;
        }

        if ((flags & Published) != 0 && request != SocketRequest.GetArp)
        {
            return Errno.EOPNOTSUPP;
        }

        on ??= stack.IsLocal(address) ? stack.Loopback : stack.Routes.Find(address, null)?.Interface;
        return on == null ? Errno.ENETUNREACH
            : request switch
            {
                SocketRequest.GetArp => Tell(on, address, bytes) is not Errno.None and Errno error ? error
                    : space.Write(at, bytes) == RequestBytes ? Errno.None : Errno.EFAULT,
                SocketRequest.DeleteArp => on.Neighbors.Find(address) is { IsKnown: true } && on.Neighbors.Remove(address) ? Errno.None
                    : Errno.ENXIO,
                _ => Set(on, address, hardware, flags, bytes[(HardwareAt + 2)..]),
            };
    }

    private static Errno Tell(NetInterface on, IpAddress address, Span<byte> bytes)
    {
        if (on.Neighbors.Find(address) is not { IsKnown: true } entry)
        {
            return Errno.ENXIO;
        }

        bool isUsable = entry.State is NeighborState.Reachable or NeighborState.Stale or NeighborState.Delay or NeighborState.Probe;
        bytes[HardwareAt..FlagsAt].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[HardwareAt..], InterfaceRequests.HardwareOf(on));
        entry.Mac.Write(bytes[(HardwareAt + 2)..]);
        uint flags = entry.State == NeighborState.Permanent ? Permanent | Complete : isUsable ? Complete : 0;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[FlagsAt..], flags);
        _ = InterfaceRequests.WriteName(on, bytes[DeviceAt..]);
        return Errno.None;
    }

    /// <summary>Entries are made by hand for good alone; a loopback has nobody to speak to, so nothing is kept of it.</summary>
    private static Errno Set(NetInterface on, IpAddress address, ushort hardware, uint flags, ReadOnlySpan<byte> link)
    {
        if (hardware != InterfaceRequests.HardwareOf(on))
        {
            return Errno.EINVAL;
        }

        return on.IsLoopback ? Errno.None
            : (flags & Permanent) == 0 ? Errno.EOPNOTSUPP
            : on.Neighbors.SetPermanent(address, MacAddress.Read(link)) ? Errno.None
            : Errno.ENOBUFS;
    }
}
