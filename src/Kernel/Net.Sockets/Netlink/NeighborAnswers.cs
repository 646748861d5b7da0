using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Neighbours as rtnetlink(7) tells them (struct ndmsg and the attributes of linux/neighbour.h).</summary>
internal sealed class NeighborAnswers(NetStack stack, NetlinkWriter writer)
{
    /// <summary>struct ndmsg: family, index at 4, state at 8, flags at 10, type at 11.</summary>
    public const int FixedBytes = 12;

    /// <summary>NDA_DST and NDA_LLADDR.</summary>
    public const ushort AddressAttribute = 1;
    public const ushort LinkAddressAttribute = 2;

    /// <summary>NDA_IFINDEX: a dump of one interface.</summary>
    private const ushort InterfaceAttribute = 8;

    public Errno Answer(in NetlinkRequest request)
    {
        if (request.IsDump)
        {
            // A bridge's table of addresses is empty where there is no bridge.
            _ = request.TryGetNumber(FixedBytes, InterfaceAttribute, out uint only);
            if (request.Family != AddressFamily.Bridge)
            {
                Dump(request, unchecked((int)only), isV4: true);
                Dump(request, unchecked((int)only), isV4: false);
            }

            return Errno.None;
        }

        if (!request.HasFixed(FixedBytes) || !request.TryGet(FixedBytes, AddressAttribute, out ReadOnlySpan<byte> address))
        {
            return Errno.EINVAL;
        }

        if (stack.InterfaceOf(request.Int(4)) is not { } on)
        {
            return request.Int(4) == 0 ? Errno.EINVAL : Errno.ENODEV;
        }

        if (address.Length != (request.Family == AddressFamily.Inet ? IpAddress.V4Bytes : IpAddress.V6Bytes))
        {
            return Errno.EINVAL;
        }

        NeighborEntry? found = on.IsLoopback ? null : on.Neighbors.Find(request.Family == AddressFamily.Inet ? IpAddress.ReadV4(address) : IpAddress.ReadV6(address));
        if (found is not { IsKnown: true })
        {
            return Errno.ENOENT;
        }

        Neighbor(on, found, 0);
        return Errno.None;
    }

    /// <summary>The state as a bit (NUD_REACHABLE and its kin).</summary>
    public static ushort StateBit(NeighborState state) => state switch
    {
        NeighborState.Incomplete => 0x01,
        NeighborState.Reachable => 0x02,
        NeighborState.Stale => 0x04,
        NeighborState.Delay => 0x08,
        NeighborState.Probe => 0x10,
        NeighborState.Failed => 0x20,
        NeighborState.Permanent => 0x80,
        _ => 0,
    };

    private void Dump(in NetlinkRequest request, int only, bool isV4)
    {
        AddressFamily family = AddressAnswers.FamilyOf(isV4);
        if (request.Family is AddressFamily.Inet or AddressFamily.Inet6 && request.Family != family)
        {
            return;
        }

        foreach (NetInterface each in stack.Interfaces)
        {
            foreach (NeighborEntry entry in each.Neighbors.Entries)
            {
                if (entry.IsKnown && entry.Address.IsV4 == isV4 && (only == 0 || only == each.Index))
                {
                    Neighbor(each, entry, request.AnswerFlags);
                }
            }
        }
    }

    private void Neighbor(NetInterface on, NeighborEntry entry, ushort flags)
    {
        const byte Router = 0x80;
        const byte Unicast = 1;
        Span<byte> body = writer.Begin(NetlinkMessage.NewNeighbor, flags, FixedBytes);
        body[0] = (byte)AddressAnswers.FamilyOf(entry.Address.IsV4);
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], on.Index);
        BinaryPrimitives.WriteUInt16LittleEndian(body[8..], StateBit(entry.State));
        body[10] = entry.IsRouter ? Router : (byte)0;
        body[11] = Unicast;
        writer.AddAddress(AddressAttribute, entry.Address);
        if (entry.State is not (NeighborState.Incomplete or NeighborState.Failed))
        {
            entry.Mac.Write(writer.AddBytes(LinkAddressAttribute, MacAddress.Bytes));
        }

        writer.AddNumber(4, 0); // probes
        _ = writer.AddBytes(3, 16); // struct nda_cacheinfo
        writer.End();
    }
}
