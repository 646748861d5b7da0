using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// NETLINK_ROUTE (rtnetlink(7)): interfaces, addresses, routes, neighbours, rules. What asks is for everybody, what changes for who is privileged.
/// A request that there is not, or of an object that the machine has none of and cannot make, is EOPNOTSUPP.
/// </summary>
internal sealed class RouteAnswers(SocketSystem home, NetStack stack) : NetlinkAnswers
{
    /// <summary>Of the four kinds of request about an object: new, delete, get, set.</summary>
    private const int Kinds = 4;
    private const int Getting = 2;

    /// <summary>struct tcmsg.</summary>
    private const int TrafficBytes = 20;

    public override Errno Answer(in NetlinkRequest request, NetlinkWriter writer)
    {
        if (request.Type > NetlinkMessage.LastRouteRequest)
        {
            return Errno.EOPNOTSUPP;
        }

        if (request.Body.IsEmpty)
        {
            return Errno.None; // Linux takes it for a request about nothing
        }

        if (request.Type % Kinds != Getting)
        {
            return !home.Caller.IsPrivileged ? Errno.EPERM : new RouteChanges(home, stack, writer).Change(request);
        }

        return request.Type switch
        {
            NetlinkMessage.GetLink => new LinkAnswers(stack, writer).Answer(request),
            NetlinkMessage.GetAddress when request.IsDump => new AddressAnswers(stack, writer).Dump(request),
            NetlinkMessage.GetRoute => new PathAnswers(home, stack, writer).Answer(request),
            NetlinkMessage.GetRule when request.IsDump => new PathAnswers(home, stack, writer).DumpRules(request),
            NetlinkMessage.GetNeighbor => new NeighborAnswers(stack, writer).Answer(request),
            NetlinkMessage.GetConfiguration => new ConfigurationAnswers(stack, writer).Answer(request),
            NetlinkMessage.GetStatistics => new LinkAnswers(stack, writer).AnswerStatistics(request),
            NetlinkMessage.GetQueueDiscipline when request.IsDump => DumpQueues(request, writer),
            NetlinkMessage.GetMulticast when request.IsDump && request.Family is AddressFamily.Inet6 or AddressFamily.Unspecified => new AddressAnswers(stack, writer).DumpGroups(),

            // There are none of these, and none can be made.
            NetlinkMessage.GetTrafficClass or NetlinkMessage.GetTrafficFilter or NetlinkMessage.GetAnycast or NetlinkMessage.GetMulticastEntry or NetlinkMessage.GetNextHop
                or NetlinkMessage.GetVlan when request.IsDump => Errno.None,
            _ => Errno.EOPNOTSUPP,
        };
    }

    public override bool IsOfDump(in NetlinkRequest request, Errno error) => error is not (Errno.EOPNOTSUPP or Errno.EPERM);

    /// <summary>How packets wait for a card: in order, up to the limit (tc-pfifo(8)). The loopback interface has no queue.</summary>
    private Errno DumpQueues(in NetlinkRequest request, NetlinkWriter writer)
    {
        const uint Root = uint.MaxValue;
        const uint References = 2;
        const ushort Kind = 1;
        const ushort Options = 2;
        if (!request.HasFixed(TrafficBytes))
        {
            return Errno.EINVAL;
        }

        int only = request.Int(4);
        foreach (NetInterface each in stack.Interfaces)
        {
            if (only != 0 && only != each.Index)
            {
                continue;
            }

            // struct tcmsg: family, index at 4, handle, parent at 12, information at 16.
            Span<byte> body = writer.Begin(NetlinkMessage.NewQueueDiscipline, request.AnswerFlags, TrafficBytes);
            BinaryPrimitives.WriteInt32LittleEndian(body[4..], each.Index);
            BinaryPrimitives.WriteUInt32LittleEndian(body[12..], Root);
            BinaryPrimitives.WriteUInt32LittleEndian(body[16..], References);
            writer.AddText(Kind, LinkAnswers.QueueOf(each));
            if (!each.IsLoopback)
            {
                BinaryPrimitives.WriteInt32LittleEndian(writer.AddBytes(Options, sizeof(int)), NetInterface.QueueLimit); // struct tc_fifo_qopt
            }

            AddQueueStatistics(each, writer);
            writer.End();
        }

        return Errno.None;
    }

    /// <summary>
    /// What went through a queue (struct gnet_stats_basic, gnet_stats_queue), and the same as older programs read it (struct tc_stats).
    /// Where there is no queue nothing is counted.
    /// </summary>
    private static void AddQueueStatistics(NetInterface of, NetlinkWriter writer)
    {
        const ushort Narrow = 3;
        const ushort Wide = 7;
        const ushort Basic = 1;
        const ushort Waiting = 3;
        InterfaceStatistics counted = of.IsLoopback ? default : of.Statistics;
        uint packets = unchecked((uint)counted.SentPackets);
        uint drops = unchecked((uint)counted.SendDrops);
        int nest = writer.BeginNest(Wide);
        Span<byte> basic = writer.AddBytes(Basic, 16);
        BinaryPrimitives.WriteUInt64LittleEndian(basic, counted.SentBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(basic[8..], packets);
        BinaryPrimitives.WriteUInt32LittleEndian(writer.AddBytes(Waiting, 20)[8..], drops); // after length and bytes of the queue
        writer.EndNest(nest);
        Span<byte> narrow = writer.AddBytes(Narrow, 40);
        BinaryPrimitives.WriteUInt64LittleEndian(narrow, counted.SentBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(narrow[8..], packets);
        BinaryPrimitives.WriteUInt32LittleEndian(narrow[12..], drops);
    }
}
