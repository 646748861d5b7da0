using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// Requests about an interface of any family (dev_ioctl of Linux 6.1). What would change what this machine's interfaces have not is refused
/// as by a driver that cannot.
/// </summary>
internal static class DeviceRequests
{
    private const int FieldBytes = 16; // what follows the name, of most requests

    /// <summary>Answers in the request's own bytes. <paramref name="isTold"/>: the program gets them back.</summary>
    public static Errno Answer(SocketSystem home, NetStack stack, SocketRequest request, Span<byte> bytes, AddressSpace space,
        out bool isTold)
    {
        isTold = true;
        Span<byte> field = bytes[InterfaceRequests.NameBytes..];
        if (request == SocketRequest.GetInterfaceName)
        {
            NetInterface? numbered = stack.InterfaceOf(BinaryPrimitives.ReadInt32LittleEndian(field));
            _ = numbered == null ? 0 : InterfaceRequests.WriteName(numbered, bytes);
            return numbered == null ? Errno.ENODEV : Errno.None;
        }

        if (request == SocketRequest.Ethtool)
        {
            return EthtoolRequests.Answer(home, stack, bytes, space);
        }

        bool isPrivate = request is >= SocketRequest.FirstOfDevice and <= SocketRequest.LastOfDevice;
        bool isQuestion = IsQuestion(request);
        if (!isPrivate && !isQuestion && !IsChange(request))
        {
            return Errno.ENOTTY;
        }

        if (!isPrivate && !isQuestion && !home.Caller.IsPrivileged)
        {
            return Errno.EPERM;
        }

        if (InterfaceRequests.Find(stack, InterfaceRequests.DeviceName(bytes)) is not { } of)
        {
            return Errno.ENODEV;
        }

        isTold = isQuestion;
        return isPrivate ? Errno.EOPNOTSUPP : isQuestion ? Tell(of, request, field) : Change(home, stack, of, request, field);
    }

    /// <summary>What anybody may ask.</summary>
    private static bool IsQuestion(SocketRequest request) => request is SocketRequest.GetFlags or SocketRequest.GetMetric
        or SocketRequest.GetMtu or SocketRequest.GetHardware
        or SocketRequest.GetSlave or SocketRequest.GetIndex or SocketRequest.GetQueueLength or SocketRequest.GetMap
        or SocketRequest.BondSlaveInformation or SocketRequest.BondInformation
        or SocketRequest.WanDevice or SocketRequest.GetHardwareStamps;

    /// <summary>What takes CAP_NET_ADMIN.</summary>
    private static bool IsChange(SocketRequest request) => request is SocketRequest.SetFlags or SocketRequest.SetMetric
        or SocketRequest.SetMtu or SocketRequest.SetName
        or SocketRequest.SetHardware or SocketRequest.SetSlave or SocketRequest.AddMulticast or SocketRequest.DeleteMulticast
        or SocketRequest.SetHardwareBroadcast
        or SocketRequest.SetQueueLength or SocketRequest.GetMediaUnit or SocketRequest.GetMediaRegister
        or SocketRequest.SetMediaRegister or SocketRequest.SetMap
        or SocketRequest.SetHardwareStamps or SocketRequest.BondAdd or SocketRequest.BondRemove or SocketRequest.BondSetHardware
        or SocketRequest.BondSetActive
        or SocketRequest.BridgeAddPort or SocketRequest.BridgeRemovePort;

    private static Errno Tell(NetInterface of, SocketRequest request, Span<byte> field)
    {
        switch (request)
        {
            case SocketRequest.GetFlags:
                BinaryPrimitives.WriteUInt16LittleEndian(field, (ushort)InterfaceRequests.FlagsOf(of));
                return Errno.None;
            case SocketRequest.GetMetric:
                BinaryPrimitives.WriteInt32LittleEndian(field, 0);
                return Errno.None;
            case SocketRequest.GetMtu:
                BinaryPrimitives.WriteInt32LittleEndian(field, of.Mtu);
                return Errno.None;
            case SocketRequest.GetIndex:
                BinaryPrimitives.WriteInt32LittleEndian(field, of.Index);
                return Errno.None;
            case SocketRequest.GetQueueLength:
                BinaryPrimitives.WriteInt32LittleEndian(field, NetInterface.QueueLimit);
                return Errno.None;
            case SocketRequest.GetHardware:
                field[..FieldBytes].Clear();
                BinaryPrimitives.WriteUInt16LittleEndian(field, InterfaceRequests.HardwareOf(of));
                of.Mac.Write(field[2..]);
                return Errno.None;
            case SocketRequest.GetMap: // struct ifmap: no card of these has addresses of its own
                field.Clear();
                return Errno.None;
            case SocketRequest.GetSlave:
                return Errno.EINVAL;
            default:
                return Errno.EOPNOTSUPP;
        }
    }

    private static Errno Change(SocketSystem home, NetStack stack, NetInterface of, SocketRequest request, ReadOnlySpan<byte> field)
    {
        int number = BinaryPrimitives.ReadInt32LittleEndian(field);
        bool isOtherHardware = BinaryPrimitives.ReadUInt16LittleEndian(field) != InterfaceRequests.HardwareOf(of);
        Errno error = request switch
        {
            SocketRequest.SetFlags => InterfaceRequests.SetFlags(of, BinaryPrimitives.ReadUInt16LittleEndian(field)),
            SocketRequest.SetMtu => InterfaceRequests.SetMtu(of, number),
            SocketRequest.SetQueueLength => number < 0 ? Errno.EINVAL : number == NetInterface.QueueLimit ? Errno.None : Errno.EOPNOTSUPP,
            SocketRequest.SetName => Rename(stack, of, InterfaceRequests.Label(field)),
            SocketRequest.SetHardware or SocketRequest.SetHardwareBroadcast => isOtherHardware ? Errno.EINVAL : Errno.EOPNOTSUPP,
            SocketRequest.SetSlave or SocketRequest.AddMulticast or SocketRequest.DeleteMulticast => Errno.EINVAL,
            _ => Errno.EOPNOTSUPP,
        };
        home.Network.Update();
        return error;
    }

    /// <summary>
    /// SIOCSIFNAME: an interface's name is its device's. EINVAL for what no interface can be called, EBUSY while it is up, EEXIST.
    /// </summary>
    private static Errno Rename(NetStack stack, NetInterface of, ReadOnlySpan<byte> name)
    {
        if (of.IsUp)
        {
            return Errno.EBUSY;
        }

        NetInterface? other = InterfaceRequests.Find(stack, name);
        bool isName = !name.IsEmpty && name.IndexOfAny("/: \t\n\v\f\r"u8) < 0 && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8);
        return other == of ? Errno.None : !isName ? Errno.EINVAL : other != null ? Errno.EEXIST : Errno.EOPNOTSUPP;
    }
}
