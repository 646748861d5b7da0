using System;
using System.Buffers.Binary;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// Requests about the addresses of IPv4 that an interface has (devinet_ioctl of Linux 6.1): each has a label, which is the interface's name
/// or an alias such as eth0:1.
/// </summary>
internal static class AddressRequests
{
    private const int ClassA = 8;
    private const int ClassB = 16;
    private const int ClassC = 24;
    private const int WholeBits = 32;

    /// <summary>Writes the label into the 16 bytes of a name, with zeros behind it.</summary>
    public static void WriteLabel(NetInterface of, in InterfaceAddress address, Span<byte> name)
    {
        if (address.Label is { } label)
        {
            name[..InterfaceRequests.NameBytes].Clear();
            _ = Encoding.ASCII.GetBytes(label, name);
        }
        else
        {
            _ = InterfaceRequests.WriteName(of, name);
        }
    }

    public static bool IsOne(SocketRequest request) => IsQuestion(request) || IsSetting(request) || request is SocketRequest.SetFlags
        or SocketRequest.SetPrivateFlags or SocketRequest.GetPrivateFlags;

    /// <summary>
    /// Answers in the request's own bytes. EPERM, EINVAL for another family, ENODEV, EADDRNOTAVAIL when the interface has no such address.
    /// </summary>
    public static Errno Answer(SocketSystem home, NetStack stack, SocketRequest request, Span<byte> bytes)
    {
        Span<byte> field = bytes[InterfaceRequests.NameBytes..];
        AddressFamily family = (AddressFamily)BinaryPrimitives.ReadUInt16LittleEndian(field);
        IpAddress given = IpAddress.ReadV4(field[4..]);
        if (request is SocketRequest.SetPrivateFlags or SocketRequest.GetPrivateFlags)
        {
            return Errno.EINVAL;
        }

        if (!IsQuestion(request) && !home.Caller.IsPrivileged)
        {
            return Errno.EPERM;
        }

        if (IsSetting(request) && family != AddressFamily.Inet)
        {
            return Errno.EINVAL;
        }

        if (InterfaceRequests.Find(stack, InterfaceRequests.DeviceName(bytes)) is not { } of)
        {
            return Errno.ENODEV;
        }

        ReadOnlySpan<byte> label = InterfaceRequests.Label(bytes);
        bool isAlias = label.IndexOf((byte)':') >= 0;
        IpAddress wanted = IsQuestion(request) && family == AddressFamily.Inet ? given : IpAddress.AnyV4;
        bool isThere = TryFind(of, label, wanted, out InterfaceAddress own);
        bool doesWithout = request == SocketRequest.SetAddress || (request == SocketRequest.SetFlags && !isAlias);
        if (!isThere && !doesWithout)
        {
            return Errno.EADDRNOTAVAIL;
        }

        Errno error = Errno.None;
        if (IsQuestion(request))
        {
            _ = InetAddress.Write(field, AddressFamily.Inet, new EndpointAddress(Shown(of, own, request), 0));
        }
        else if (request == SocketRequest.SetFlags)
        {
            uint flags = BinaryPrimitives.ReadUInt16LittleEndian(field);
            error = !isAlias ? InterfaceRequests.SetFlags(of, flags) : Errno.None;
            _ = isAlias && (flags & InterfaceRequests.FlagUp) == 0 && stack.RemoveAddress(of, own.Address);
        }
        else if (request == SocketRequest.SetAddress)
        {
            error = SetAddress(stack, of, label, isThere ? own : null, given);
        }
        else
        {
            error = Set(stack, of, own, request, given);
        }

        home.Network.Update();
        return error;
    }

    private static bool IsQuestion(SocketRequest request) =>
        request is SocketRequest.GetAddress or SocketRequest.GetDestination or SocketRequest.GetBroadcast or SocketRequest.GetMask;

    private static bool IsSetting(SocketRequest request) =>
        request is SocketRequest.SetAddress or SocketRequest.SetDestination or SocketRequest.SetBroadcast or SocketRequest.SetMask;

    /// <summary>The address with a label: the one that is asked for, if it has that label, and the first otherwise.</summary>
    private static bool TryFind(NetInterface of, ReadOnlySpan<byte> label, IpAddress wanted, out InterfaceAddress found)
    {
        Span<byte> own = stackalloc byte[InterfaceRequests.NameBytes];
        bool isThere = false;
        found = default;
        foreach (InterfaceAddress each in of.Addresses)
        {
            if (!each.Address.IsV4)
            {
                continue;
            }

            WriteLabel(of, each, own);
            if (InterfaceRequests.Label(own).SequenceEqual(label) && (!isThere || each.Address == wanted))
            {
                found = each;
                isThere = true;
            }
        }

        return isThere;
    }

    private static IpAddress Shown(NetInterface of, in InterfaceAddress own, SocketRequest request) => request switch
    {
        SocketRequest.GetBroadcast => own.TellsBroadcast(of.IsLoopback) ? own.Broadcast : IpAddress.AnyV4,
        SocketRequest.GetMask => IpAddress.FromV4(MaskOf(own.PrefixLength)),
        _ => own.Address,
    };

    /// <summary>
    /// SIOCSIFADDR: in place of the address that has the label, with the prefix of its class (inet_abc_len); 0.0.0.0 takes it away.
    /// </summary>
    private static Errno SetAddress(NetStack stack, NetInterface of, ReadOnlySpan<byte> label, InterfaceAddress? old, IpAddress given)
    {
        if (given.IsMulticast)
        {
            return Errno.EINVAL;
        }

        if (old?.Address == given)
        {
            return Errno.None;
        }

        if (old is { } former)
        {
            _ = stack.RemoveAddress(of, former.Address);
        }

        if (given.V4 == 0)
        {
            return Errno.None;
        }

        int length = given.IsLimitedBroadcast || given.V4 >> 24 == 0 ? 0
            : given.V4 >> 31 == 0 ? ClassA
            : given.V4 >> 30 == 0b10 ? ClassB
            : given.V4 >> 29 == 0b110 ? ClassC
            : WholeBits;
        string? name = label.IndexOf((byte)':') < 0 ? null : Encoding.ASCII.GetString(label);
        return Give(stack, of, new InterfaceAddress(given, length) { Label = name });
    }

    private static Errno Set(NetStack stack, NetInterface of, in InterfaceAddress own, SocketRequest request, IpAddress given)
    {
        switch (request)
        {
            case SocketRequest.SetMask when !IsMask(given.V4):
                return Errno.EINVAL;
            case SocketRequest.SetMask:
                int length = System.Numerics.BitOperations.PopCount(given.V4);
                return length == own.PrefixLength ? Errno.None
                    : Replace(stack, of, own with { PrefixLength = length, OwnBroadcast = FollowsMask(own) ? default : own.OwnBroadcast });
            case SocketRequest.SetBroadcast:
                bool isNone = given.V4 == 0;
                return Replace(stack, of, own with { OwnBroadcast = isNone ? default : given, HidesBroadcast = isNone });
            case SocketRequest.SetDestination when own.Address == given:
                return Errno.None;
            default:
                return given.IsMulticast ? Errno.EINVAL : Errno.EOPNOTSUPP; // no link is from point to point
        }
    }

    /// <summary>Whether the broadcast address is that of the subnet, and goes with it.</summary>
    private static bool FollowsMask(in InterfaceAddress own) => own.OwnBroadcast == own.SubnetBroadcast;

    private static Errno Replace(NetStack stack, NetInterface of, in InterfaceAddress with)
    {
        _ = stack.RemoveAddress(of, with.Address);
        return Give(stack, of, with);
    }

    private static Errno Give(NetStack stack, NetInterface of, in InterfaceAddress address) =>
        of.HasAddress(address.Address) ? Errno.EEXIST : stack.GiveAddress(of, address, Clock.Now) ? Errno.None : Errno.ENOBUFS;

    public static uint MaskOf(int length) => length == 0 ? 0 : uint.MaxValue << (WholeBits - length);

    /// <summary>Whether it is ones followed by zeros.</summary>
    public static bool IsMask(uint mask) => (~mask & unchecked(~mask + 1)) == 0;
}
