using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Routes and the rules that say which table holds, as rtnetlink(7) tells them (struct rtmsg, struct fib_rule_hdr).</summary>
internal sealed class PathAnswers(SocketSystem home, NetStack stack, NetlinkWriter writer)
{
    /// <summary>struct rtmsg: family, lengths of destination and source, tos, table, protocol, scope, type, flags at 8.</summary>
    public const int FixedBytes = 12;

    /// <summary>RTA_DST, RTA_SRC, RTA_IIF, RTA_OIF, RTA_GATEWAY, RTA_PRIORITY, RTA_PREFSRC, RTA_TABLE.</summary>
    public const ushort DestinationAttribute = 1;
    public const ushort SourceAttribute = 2;
    public const ushort InputAttribute = 3;
    public const ushort OutputAttribute = 4;
    public const ushort GatewayAttribute = 5;
    public const ushort MetricAttribute = 6;
    public const ushort PreferredAttribute = 7;
    public const ushort TableAttribute = 15;
    private const ushort CacheAttribute = 12;
    private const ushort PreferenceAttribute = 20;
    private const ushort UserAttribute = 25;

    /// <summary>RTM_F_CLONED, RTM_F_FIB_MATCH.</summary>
    private const uint Cloned = 0x200;
    private const uint TellsRoute = 0x2000;

    /// <summary>RTCF_LOCAL, RTCF_MULTICAST, RTCF_BROADCAST.</summary>
    private const uint ForLocal = 0x8000_0000;
    private const uint ForGroup = 0x2000_0000;
    private const uint ForBroadcast = 0x1000_0000;

    /// <summary>USER_HZ, in which the ends of routes are told.</summary>
    private const uint TicksPerSecond = 100;

    public Errno Answer(in NetlinkRequest request) => request.IsDump ? Dump(request) : Find(request);

    /// <summary>RTM_GETRULE: the three tables in their order, of which IPv6 has two.</summary>
    public Errno DumpRules(in NetlinkRequest request)
    {
        foreach (bool isV4 in (ReadOnlySpan<bool>)[true, false])
        {
            if (request.Family is AddressFamily.Inet or AddressFamily.Inet6 && request.Family != AddressAnswers.FamilyOf(isV4))
            {
                continue;
            }

            Rule(isV4, 0, RouteView.LocalTable);
            Rule(isV4, 32766, RouteView.MainTable);
            if (isV4)
            {
                const byte DefaultTable = 253;
                Rule(isV4, 32767, DefaultTable);
            }
        }

        return Errno.None;
    }

    /// <summary>A route as it is, or in a notice that it has come or gone.</summary>
    public static void Route(in RouteView route, ushort type, ushort flags, NetlinkWriter writer)
    {
        bool isV4 = route.Destination.IsV4;
        Span<byte> body = writer.Begin(type, flags, FixedBytes);
        body[0] = (byte)AddressAnswers.FamilyOf(isV4);
        body[1] = (byte)route.PrefixLength;
        body[4] = route.Table;
        body[5] = (byte)route.Origin;
        body[6] = route.Scope;
        body[7] = route.Type;
        writer.AddNumber(TableAttribute, route.Table);
        if (route.PrefixLength > 0)
        {
            writer.AddAddress(DestinationAttribute, route.Destination);
        }

        if (!isV4 || route.Metric > 0)
        {
            writer.AddNumber(MetricAttribute, route.Metric);
        }

        if (route.HasGateway)
        {
            writer.AddAddress(GatewayAttribute, route.Gateway);
        }

        if (!route.Source.IsUnspecified)
        {
            writer.AddAddress(PreferredAttribute, route.Source);
        }

        writer.AddNumber(OutputAttribute, (uint)route.Interface.Index);
        if (!isV4)
        {
            AddCache(writer, route.ValidUntil);
            writer.AddByte(PreferenceAttribute, 0);
        }

        writer.End();
    }

    private Errno Dump(in NetlinkRequest request)
    {
        // Only who is strict has its filters looked at: others ask for a table in this field and get all (iproute2 before 5.0 filters itself).
        bool filters = request.IsStrict && request.HasFixed(FixedBytes);
        if (request.IsStrict && !filters)
        {
            return Errno.EINVAL;
        }

        uint table = filters ? request.TryGetNumber(FixedBytes, TableAttribute, out uint wide) ? wide : request.Body[4] : 0;
        uint output = filters && request.TryGetNumber(FixedBytes, OutputAttribute, out uint index) ? index : 0;
        byte origin = filters ? request.Body[5] : (byte)0;
        byte type = filters ? request.Body[7] : (byte)0;
        if (output != 0 && stack.InterfaceOf((int)Math.Min(output, int.MaxValue)) == null)
        {
            return Errno.ENODEV;
        }

        bool isFiltered = table != 0 || output != 0 || origin != 0 || type != 0;
        ushort flags = (ushort)(request.AnswerFlags | (isFiltered ? NetlinkMessage.DumpFiltered : 0));
        foreach (bool isV4 in (ReadOnlySpan<bool>)[true, false])
        {
            if (request.Family is AddressFamily.Inet or AddressFamily.Inet6 && request.Family != AddressAnswers.FamilyOf(isV4))
            {
                continue;
            }

            foreach (RouteView route in RouteView.All(stack, isV4))
            {
                if ((table == 0 || table == route.Table) && (output == 0 || output == (uint)route.Interface.Index)
                    && (origin == 0 || origin == (byte)route.Origin) && (type == 0 || type == route.Type))
                {
                    Route(route, NetlinkMessage.NewRoute, flags, writer);
                }
            }
        }

        return Errno.None;
    }

    /// <summary>One destination: how a packet to it would go.</summary>
    private Errno Find(in NetlinkRequest request)
    {
        if (!request.HasFixed(FixedBytes))
        {
            return Errno.EINVAL;
        }

        bool isV4 = request.Family == AddressFamily.Inet;
        if (!isV4 && request.Family != AddressFamily.Inet6)
        {
            return Errno.EOPNOTSUPP;
        }

        if (request.TryGet(FixedBytes, InputAttribute, out _))
        {
            return Errno.EOPNOTSUPP; // the way of what comes in: nothing goes on from here
        }

        IpAddress any = isV4 ? IpAddress.AnyV4 : IpAddress.AnyV6;
        if (!TryAddress(request, DestinationAttribute, any, out IpAddress destination) || !TryAddress(request, SourceAttribute, any, out IpAddress source))
        {
            return Errno.EINVAL;
        }

        _ = request.TryGetNumber(FixedBytes, OutputAttribute, out uint output);
        NetInterface? by = output == 0 ? null : stack.InterfaceOf((int)Math.Min(output, int.MaxValue));
        if (output != 0 && by == null)
        {
            return Errno.ENODEV;
        }

        if (!source.IsUnspecified && !stack.IsLocal(source))
        {
            return isV4 ? Errno.EINVAL : Errno.ENETUNREACH;
        }

        NetError error = stack.FindWay(destination, source, by, Clock.Now, out Way way);
        if (error != NetError.None)
        {
            return error.ToErrno();
        }

        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(request.Body[8..]);
        if ((flags & TellsRoute) != 0 && way.By != null)
        {
            Route(RouteView.Of(way.By), NetlinkMessage.NewRoute, 0, writer);
            return Errno.None;
        }

        if (isV4)
        {
            TellV4(destination, source, way);
        }
        else
        {
            TellV6(destination, source, way);
        }

        return Errno.None;
    }

    private void TellV4(IpAddress destination, IpAddress source, in Way way)
    {
        byte type = way.IsLocal ? RouteView.Local : way.IsBroadcast ? RouteView.Broadcast : destination.IsMulticast ? RouteView.Multicast : RouteView.Unicast;
        Span<byte> body = writer.Begin(NetlinkMessage.NewRoute, 0, FixedBytes);
        body[0] = (byte)AddressFamily.Inet;
        body[1] = 32;
        body[2] = source.IsUnspecified ? (byte)0 : (byte)32;
        body[4] = RouteView.MainTable;
        body[7] = type;
        uint kind = type switch
        {
            RouteView.Local => ForLocal,
            RouteView.Broadcast => ForBroadcast | ForLocal,
            RouteView.Multicast => ForGroup,
            _ => 0,
        };
        BinaryPrimitives.WriteUInt32LittleEndian(body[8..], Cloned | kind);
        writer.AddAddress(DestinationAttribute, destination);
        writer.AddNumber(TableAttribute, RouteView.MainTable);
        if (!source.IsUnspecified)
        {
            writer.AddAddress(SourceAttribute, source);
        }

        writer.AddNumber(OutputAttribute, (uint)way.Interface.Index);
        if (source.IsUnspecified)
        {
            writer.AddAddress(PreferredAttribute, way.Source);
        }

        if (!way.Gateway.IsUnspecified)
        {
            writer.AddAddress(GatewayAttribute, way.Gateway);
        }

        writer.AddNumber(UserAttribute, home.Caller.Credentials.User);
        AddCache(writer, Instant.Never);
        writer.End();
    }

    private void TellV6(IpAddress destination, IpAddress source, in Way way)
    {
        Span<byte> body = writer.Begin(NetlinkMessage.NewRoute, 0, FixedBytes);
        RouteView? view = way.By == null ? null : RouteView.Of(way.By);
        byte table = view == null ? RouteView.LocalTable : RouteView.MainTable;
        body[0] = (byte)AddressFamily.Inet6;
        body[1] = 128;
        body[2] = 128;
        body[4] = table;
        body[5] = (byte)(view?.Origin ?? RouteOrigin.Kernel);
        body[7] = way.IsLocal ? RouteView.Local : destination.IsMulticast ? RouteView.Multicast : RouteView.Unicast;
        writer.AddNumber(TableAttribute, table);
        writer.AddAddress(DestinationAttribute, destination);
        writer.AddAddress(SourceAttribute, source);
        writer.AddAddress(PreferredAttribute, way.Source);
        if (!way.Gateway.IsUnspecified)
        {
            writer.AddAddress(GatewayAttribute, way.Gateway);
        }

        writer.AddNumber(OutputAttribute, (uint)way.Interface.Index);
        writer.AddNumber(MetricAttribute, view?.Metric ?? (way.IsLocal ? 0u : 256));
        AddCache(writer, view?.ValidUntil ?? Instant.Never);
        writer.AddByte(PreferenceAttribute, 0);
        writer.End();
    }

    /// <summary>struct rta_cacheinfo: at 8 the ticks until the route ends.</summary>
    private static void AddCache(NetlinkWriter writer, Instant end)
    {
        Span<byte> cache = writer.AddBytes(CacheAttribute, 32);
        if (!end.IsNever)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(cache[8..], Math.Min(AddressAnswers.SecondsLeft(end), int.MaxValue / TicksPerSecond) * TicksPerSecond);
        }
    }

    private void Rule(bool isV4, uint priority, byte table)
    {
        const byte ToTable = 1;
        Span<byte> body = writer.Begin(NetlinkMessage.NewRule, NetlinkMessage.Multiple, FixedBytes);
        body[0] = (byte)AddressAnswers.FamilyOf(isV4);
        body[4] = table;
        body[7] = ToTable;
        writer.AddNumber(15, table);
        writer.AddSigned(14, -1);
        writer.AddByte(21, (byte)RouteOrigin.Kernel);
        if (priority != 0)
        {
            writer.AddNumber(6, priority);
        }

        writer.End();
    }

    /// <summary>An address of the request's family, or <paramref name="otherwise"/> where there is none; false for one of a wrong length.</summary>
    public static bool TryAddress(in NetlinkRequest request, ushort type, IpAddress otherwise, out IpAddress address)
    {
        address = otherwise;
        if (!request.TryGet(FixedBytes, type, out ReadOnlySpan<byte> value))
        {
            return true;
        }

        return TryRead(value, otherwise.IsV4, out address);
    }

    public static bool TryRead(ReadOnlySpan<byte> value, bool isV4, out IpAddress address)
    {
        bool isRight = value.Length == (isV4 ? IpAddress.V4Bytes : IpAddress.V6Bytes);
        address = !isRight ? default : isV4 ? IpAddress.ReadV4(value) : IpAddress.ReadV6(value);
        return isRight;
    }
}
