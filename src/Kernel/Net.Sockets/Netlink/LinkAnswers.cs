using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Interfaces as rtnetlink(7) tells them (struct ifinfomsg and the attributes of linux/if_link.h).</summary>
internal sealed class LinkAnswers(NetStack stack, NetlinkWriter writer)
{
    /// <summary>struct ifinfomsg: family, type at 2, index at 4, flags at 8, change at 12.</summary>
    public const int FixedBytes = 16;

    /// <summary>IFLA_IFNAME, IFLA_MASTER, IFLA_LINKINFO, IFLA_EXT_MASK, IFLA_ALT_IFNAME.</summary>
    public const ushort NameAttribute = 3;
    private const ushort MasterAttribute = 10;
    private const ushort KindAttribute = 18;
    private const ushort MaskAttribute = 29;
    private const ushort OtherNameAttribute = 53;

    /// <summary>RTEXT_FILTER_SKIP_STATS.</summary>
    private const uint WithoutStatistics = 8;

    /// <summary>Numbers of struct rtnl_link_stats64 and of struct rtnl_link_stats.</summary>
    private const int WideNumbers = 25;
    private const int NarrowNumbers = 24;

    /// <summary>IFLA_INET6_TOKEN, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_RANDOM.</summary>
    private const ushort Token = 7;
    private const ushort GenerationMode = 8;
    private const byte Random = 3;
    private const byte OperatingUnknown = 0;
    private const byte OperatingDown = 2;
    private const byte OperatingUp = 6;

    /// <summary>The name of how packets wait: there is no queue for the machine itself.</summary>
    public static string QueueOf(NetInterface of) => of.IsLoopback ? "noqueue" : "pfifo";

    /// <summary>RFC 2863: of a link without a state, nothing is known.</summary>
    public static byte OperatingStateOf(NetInterface of) => !of.IsUp ? OperatingDown : of.IsLoopback ? OperatingUnknown : of.Device.IsLinkUp ? OperatingUp : OperatingDown;

    public Errno Answer(in NetlinkRequest request)
    {
        // Linux takes a body of the general form too, which is the family and no more.
        bool isWhole = request.HasFixed(FixedBytes);
        _ = request.TryGetNumber(FixedBytes, MaskAttribute, out uint mask);
        if (request.IsDump)
        {
            return Dump(request, isWhole, mask);
        }

        NetInterface? found = null;
        if (!isWhole)
        {
            return Errno.EINVAL;
        }

        if (request.TryGet(FixedBytes, NameAttribute, out ReadOnlySpan<byte> given) && NetlinkRequest.Text(given).Length >= InterfaceRequests.NameBytes)
        {
            return Errno.ERANGE;
        }

        if (request.Int(4) is > 0 and int index)
        {
            found = stack.InterfaceOf(index);
        }
        else if (request.TryGet(FixedBytes, NameAttribute, out ReadOnlySpan<byte> name) || request.TryGet(FixedBytes, OtherNameAttribute, out name))
        {
            found = InterfaceRequests.Find(stack, NetlinkRequest.Text(name));
        }
        else
        {
            return Errno.EINVAL;
        }

        if (found != null)
        {
            Link(found, 0, (mask & WithoutStatistics) == 0);
        }

        return found == null ? Errno.ENODEV : Errno.None;
    }

    /// <summary>An interface as it is or, in a notice of its change, has become.</summary>
    public void Link(NetInterface of, ushort flags, bool hasStatistics)
    {
        Begin(of, flags, AddressFamily.Unspecified);
        writer.AddText(NameAttribute, of.Name);
        writer.AddNumber(13, NetInterface.QueueLimit);
        writer.AddByte(16, OperatingStateOf(of));
        writer.AddByte(17, 0); // IFLA_LINKMODE: the default
        writer.AddNumber(4, (uint)of.Mtu);
        writer.AddNumber(50, of.IsLoopback ? 0u : 68);
        writer.AddNumber(51, of.IsLoopback ? 0u : (uint)of.Device.Mtu);
        writer.AddNumber(27, 0); // group
        writer.AddNumber(30, 0); // promiscuity
        writer.AddNumber(61, 0); // groups that all are taken of
        writer.AddNumber(31, 1);
        writer.AddNumber(40, 65535);
        writer.AddNumber(41, 65536);
        writer.AddNumber(58, 65536);
        writer.AddNumber(59, of.IsLoopback ? 524280u : 65536);
        writer.AddNumber(60, 65535);
        writer.AddNumber(32, 1);
        writer.AddByte(33, of.IsUp && of.Device.IsLinkUp ? (byte)1 : (byte)0);
        writer.AddText(6, QueueOf(of));
        writer.AddNumber(35, of.IsLoopback ? 0u : 2); // changes of the carrier, which a driver begins without, and how often it came and went
        writer.AddNumber(47, of.IsLoopback ? 0u : 1);
        writer.AddNumber(48, of.IsLoopback ? 0u : 1);
        writer.AddByte(39, 0);
        _ = writer.AddBytes(14, 32); // struct rtnl_link_ifmap: no memory, ports or interrupts of a card's own
        of.Mac.Write(writer.AddBytes(1, MacAddress.Bytes));
        (of.IsLoopback ? default : MacAddress.Broadcast).Write(writer.AddBytes(2, MacAddress.Bytes));
        if (!of.IsLoopback)
        {
            of.Device.Mac.Write(writer.AddBytes(54, MacAddress.Bytes));
        }

        if (hasStatistics)
        {
            WriteStatistics(of, writer.AddBytes(23, WideNumbers * sizeof(ulong)), NarrowNumbers, sizeof(ulong));
            WriteStatistics(of, writer.AddBytes(7, NarrowNumbers * sizeof(uint)), NarrowNumbers, sizeof(uint));
        }

        AddFamilies();
        writer.End();
    }

    /// <summary>RTM_GETSTATS: struct if_stats_msg is family, index at 4, and at 8 a mask of what is asked, of which the counters of the link are there.</summary>
    public Errno AnswerStatistics(in NetlinkRequest request)
    {
        const int StatisticsBytes = 12;
        const ushort LinkCounters = 1;
        if (!request.HasFixed(StatisticsBytes) || request.Int(8) == 0)
        {
            return Errno.EINVAL;
        }

        int index = request.Int(4);
        if (!request.IsDump && stack.InterfaceOf(index) == null)
        {
            return index > 0 ? Errno.ENODEV : Errno.EINVAL;
        }

        int mask = request.Int(8);
        foreach (NetInterface each in stack.Interfaces)
        {
            if (!request.IsDump && each.Index != index)
            {
                continue;
            }

            Span<byte> body = writer.Begin(NetlinkMessage.NewStatistics, request.AnswerFlags, StatisticsBytes);
            BinaryPrimitives.WriteInt32LittleEndian(body[4..], each.Index);
            BinaryPrimitives.WriteInt32LittleEndian(body[8..], mask);
            if ((mask & 1) != 0)
            {
                WriteStatistics(each, writer.AddBytes(LinkCounters, WideNumbers * sizeof(ulong)), NarrowNumbers, sizeof(ulong));
            }

            writer.End();
        }

        return Errno.None;
    }

    private Errno Dump(in NetlinkRequest request, bool isWhole, uint mask)
    {
        if (request.IsStrict && !isWhole)
        {
            return Errno.EINVAL;
        }

        // No interface belongs to another, is of a kind that is made, or is a bridge's port.
        bool isOfNone = request.Family == AddressFamily.Bridge
            || (isWhole && (request.TryGet(FixedBytes, KindAttribute, out _) || request.TryGetNumber(FixedBytes, MasterAttribute, out uint master) && master != 0));
        foreach (NetInterface each in stack.Interfaces)
        {
            if (isOfNone)
            {
                break;
            }

            if (request.Family == AddressFamily.Inet6)
            {
                LinkOfV6(each, request.AnswerFlags);
            }
            else
            {
                Link(each, request.AnswerFlags, (mask & WithoutStatistics) == 0);
            }
        }

        return Errno.None;
    }

    /// <summary>What IPv6 tells of an interface (net/ipv6/addrconf.c).</summary>
    private void LinkOfV6(NetInterface of, ushort flags)
    {
        const uint IsReady = 0x80000000;
        Begin(of, flags, AddressFamily.Inet6);
        writer.AddText(NameAttribute, of.Name);
        of.Mac.Write(writer.AddBytes(1, MacAddress.Bytes));
        writer.AddNumber(4, (uint)of.Mtu);
        writer.AddByte(16, OperatingStateOf(of));
        int nest = writer.BeginNest(12);
        writer.AddNumber(1, IsReady);
        writer.AddBytes(Token, IpAddress.V6Bytes).Clear();
        writer.AddByte(GenerationMode, Random);
        writer.EndNest(nest);
        writer.End();
    }

    private void Begin(NetInterface of, ushort flags, AddressFamily family)
    {
        Span<byte> body = writer.Begin(NetlinkMessage.NewLink, flags, FixedBytes);
        uint state = InterfaceRequests.FlagsOf(of);
        state |= (state & InterfaceRequests.FlagRunning) != 0 ? InterfaceRequests.FlagLowerUp : 0;
        body[0] = (byte)family;
        BinaryPrimitives.WriteUInt16LittleEndian(body[2..], InterfaceRequests.HardwareOf(of));
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], of.Index);
        BinaryPrimitives.WriteUInt32LittleEndian(body[8..], state);
    }

    /// <summary>IFLA_AF_SPEC: what each family of addresses has of its own; of IPv6 how addresses are made (IN6_ADDR_GEN_MODE_RANDOM).</summary>
    private void AddFamilies()
    {
        const ushort Families = 26;
        int all = writer.BeginNest(Families);
        int one = writer.BeginNest((ushort)AddressFamily.Inet6);
        writer.AddByte(GenerationMode, Random);
        writer.EndNest(one);
        writer.EndNest(all);
    }

    /// <summary>The counters that there are come first; the others are errors of hardware that the machine does not have.</summary>
    private static void WriteStatistics(NetInterface of, Span<byte> value, int numbers, int width)
    {
        ReadOnlySpan<ulong> counted =
        [
            of.Statistics.ReceivedPackets, of.Statistics.SentPackets, of.Statistics.ReceivedBytes, of.Statistics.SentBytes, of.Statistics.ReceiveErrors,
            of.Statistics.SendErrors, of.Statistics.ReceiveDrops, of.Statistics.SendDrops, of.Statistics.ReceivedMulticasts,
        ];
        for (int i = 0; i < Math.Min(counted.Length, numbers); i++)
        {
            if (width == sizeof(ulong))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(value[(i * width)..], counted[i]);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(value[(i * width)..], unchecked((uint)counted[i]));
            }
        }
    }
}
