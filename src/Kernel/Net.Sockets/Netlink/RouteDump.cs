using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Interfaces, addresses and routes as rtnetlink(7) tells them.</summary>
internal sealed class RouteDump(NetStack stack, NetlinkWriter writer)
{
    private const int MostBytes = 512;
    private const byte OperatingUp = 6;
    private const byte OperatingUnknown = 0;
    private const byte PermanentAddress = 0x80;
    private const byte ScopeUniverse = 0;
    private const byte ScopeLink = 253;
    private const byte ScopeHost = 254;

    public void Links(int onlyIndex, ushort flags)
    {
        foreach (NetInterface each in stack.Interfaces)
        {
            if (onlyIndex == 0 || each.Index == onlyIndex)
            {
                Link(each, flags);
            }
        }
    }

    public void Addresses(AddressFamily family)
    {
        // As Linux does: all of IPv4 first.
        foreach (bool isV4 in (ReadOnlySpan<bool>)[true, false])
        {
            if (family != AddressFamily.Unspecified && family != FamilyOf(isV4))
            {
                continue;
            }

            foreach (NetInterface each in stack.Interfaces)
            {
                foreach (InterfaceAddress address in each.Addresses)
                {
                    if (address.Address.IsV4 == isV4)
                    {
                        Address(each, address);
                    }
                }
            }
        }
    }

    public void Routes(AddressFamily family)
    {
        foreach (Route route in stack.Routes.Routes)
        {
            if (family == AddressFamily.Unspecified || family == FamilyOf(route.Destination.IsV4))
            {
                Route(route);
            }
        }
    }

    private static AddressFamily FamilyOf(bool isV4) => isV4 ? AddressFamily.Inet : AddressFamily.Inet6;

    private void Link(NetInterface of, ushort flags)
    {
        // struct ifinfomsg: family, type at 2, index at 4, flags at 8.
        Span<byte> body = writer.Begin(NetlinkMessage.NewLink, flags, 16, MostBytes);
        uint state = InterfaceRequests.FlagsOf(of);
        state |= (state & InterfaceRequests.FlagRunning) != 0 ? InterfaceRequests.FlagLowerUp : 0;
        BinaryPrimitives.WriteUInt16LittleEndian(body[2..], InterfaceRequests.HardwareOf(of));
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], of.Index);
        BinaryPrimitives.WriteUInt32LittleEndian(body[8..], state);
        writer.Add(3, of.Name);
        writer.Add(13, 1000u);
        writer.Add(16, 1)[0] = of.IsLoopback ? OperatingUnknown : OperatingUp;
        writer.Add(4, (uint)of.Mtu);
        of.Mac.Write(writer.Add(1, MacAddress.Bytes));
        (of.IsLoopback ? default : MacAddress.Broadcast).Write(writer.Add(2, MacAddress.Bytes));
        writer.Add(6, of.IsLoopback ? "noqueue" : "fq_codel");
        AddStatistics(of);
        writer.End();
    }

    /// <summary>IFLA_STATS64: 24 numbers, of which those that are counted here come first, and IFLA_STATS, the same in 32 bits.</summary>
    private void AddStatistics(NetInterface of)
    {
        ReadOnlySpan<ulong> counted =
        [
            of.Statistics.ReceivedPackets, of.Statistics.SentPackets, of.Statistics.ReceivedBytes, of.Statistics.SentBytes, of.Statistics.ReceiveErrors, of.Statistics.SendErrors,
            of.Statistics.ReceiveDrops, of.Statistics.SendDrops, of.Statistics.ReceivedMulticasts,
        ];
        const int Numbers = 24;
        Span<byte> wide = writer.Add(23, Numbers * sizeof(ulong));
        for (int i = 0; i < counted.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(wide[(i * sizeof(ulong))..], counted[i]);
        }

        Span<byte> narrow = writer.Add(7, Numbers * sizeof(uint));
        for (int i = 0; i < counted.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(narrow[(i * sizeof(uint))..], unchecked((uint)counted[i]));
        }
    }

    private void Address(NetInterface of, in InterfaceAddress address)
    {
        // struct ifaddrmsg: family, prefix length, flags, scope, index.
        bool isV4 = address.Address.IsV4;
        Span<byte> body = writer.Begin(NetlinkMessage.NewAddress, NetlinkMessage.Multiple, 8, MostBytes);
        body[0] = (byte)FamilyOf(isV4);
        body[1] = (byte)address.PrefixLength;
        body[2] = PermanentAddress;
        body[3] = address.Address.IsLoopback ? ScopeHost : address.Address.IsLinkLocal ? ScopeLink : ScopeUniverse;
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], of.Index);
        writer.Add(1, address.Address);
        if (isV4)
        {
            writer.Add(2, address.Address);
            if (!of.IsLoopback && address.PrefixLength < 31)
            {
                writer.Add(4, address.Broadcast);
            }

            writer.Add(3, of.Name);
        }

        writer.Add(8, PermanentAddress);
        Span<byte> lifetimes = writer.Add(6, 16); // struct ifa_cacheinfo: preferred, valid, made, changed
        BinaryPrimitives.WriteUInt64LittleEndian(lifetimes, ulong.MaxValue);
        writer.End();
    }

    private void Route(Route route)
    {
        const byte MainTable = 254;
        const byte ByKernel = 2;
        const byte AtBoot = 3;
        const byte Unicast = 1;

        // struct rtmsg: family, lengths of destination and source, tos, table, protocol, scope, type, flags.
        bool hasGateway = !route.Gateway.IsUnspecified;
        bool isV4 = route.Destination.IsV4;
        Span<byte> body = writer.Begin(NetlinkMessage.NewRoute, NetlinkMessage.Multiple, 12, MostBytes);
        body[0] = (byte)FamilyOf(isV4);
        body[1] = (byte)route.PrefixLength;
        body[4] = MainTable;
        body[5] = hasGateway ? AtBoot : ByKernel;
        body[6] = hasGateway || !isV4 ? ScopeUniverse : ScopeLink;
        body[7] = Unicast;
        writer.Add(15, MainTable);
        if (route.PrefixLength > 0)
        {
            writer.Add(1, route.Destination);
        }

        if (hasGateway)
        {
            writer.Add(5, route.Gateway);
        }

        if (!route.Source.IsUnspecified)
        {
            writer.Add(7, route.Source);
        }

        writer.Add(4, (uint)route.Interface.Index);
        if (route.Metric > 0)
        {
            writer.Add(6, (uint)route.Metric);
        }

        writer.End();
    }
}
