using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Addresses as rtnetlink(7) tells them (struct ifaddrmsg and the attributes of linux/if_addr.h).</summary>
internal sealed class AddressAnswers(NetStack stack, NetlinkWriter writer)
{
    /// <summary>struct ifaddrmsg: family, prefix length, flags, scope, index at 4.</summary>
    public const int FixedBytes = 8;

    /// <summary>IFA_ADDRESS and IFA_LOCAL.</summary>
    public const ushort AddressAttribute = 1;
    public const ushort LocalAttribute = 2;

    public const byte ScopeUniverse = 0;
    public const byte ScopeSite = 200;
    public const byte ScopeLink = 253;
    public const byte ScopeHost = 254;

    private const byte Secondary = 0x01;
    private const byte Permanent = 0x80;
    private const byte Tentative = 0x40;
    private const uint Forever = uint.MaxValue;
    private const ulong SecondNs = 1_000_000_000;

    public static byte ScopeOf(IpAddress address) => address.IsLoopback ? ScopeHost : address.IsLinkLocal ? ScopeLink : address.IsSiteLocal ? ScopeSite : ScopeUniverse;

    /// <summary>
    /// The addresses of a family: of IPv4 as they came, the first ones of their subnets before the others; of IPv6 the wider scope first,
    /// and in each the newest.
    /// </summary>
    public static List<InterfaceAddress> InOrder(NetInterface of, bool isV4)
    {
        List<InterfaceAddress> found = [];
        foreach (InterfaceAddress own in of.Addresses)
        {
            if (own.Address.IsV4 != isV4)
            {
                continue;
            }

            int at = isV4 ? found.Count : 0;
            while (at < found.Count && ScopeOf(found[at].Address) < ScopeOf(own.Address))
            {
                at++;
            }

            bool isSecondary = isV4 && of.PrimaryOf(own).Address != own.Address;
            while (isV4 && !isSecondary && at > 0 && of.PrimaryOf(found[at - 1]).Address != found[at - 1].Address)
            {
                at--;
            }

            found.Insert(at, own);
        }

        return found;
    }

    public static AddressFamily FamilyOf(bool isV4) => isV4 ? AddressFamily.Inet : AddressFamily.Inet6;

    public Errno Dump(in NetlinkRequest request)
    {
        // A strict program may ask for one interface.
        int only = 0;
        if (request.IsStrict)
        {
            if (!request.HasFixed(FixedBytes))
            {
                return Errno.EINVAL;
            }

            only = request.Int(4);
            if (only != 0 && stack.InterfaceOf(only) == null)
            {
                return Errno.ENODEV;
            }
        }

        ushort flags = (ushort)(request.AnswerFlags | (only != 0 ? NetlinkMessage.DumpFiltered : 0));
        bool isOfOneFamily = request.Family is AddressFamily.Inet or AddressFamily.Inet6;

        // As Linux does: all of IPv4 first.
        foreach (bool isV4 in (ReadOnlySpan<bool>)[true, false])
        {
            if (isOfOneFamily && request.Family != FamilyOf(isV4))
            {
                continue;
            }

            foreach (NetInterface each in stack.Interfaces)
            {
                foreach (InterfaceAddress address in InOrder(each, isV4))
                {
                    if (only == 0 || each.Index == only)
                    {
                        Address(each, address, NetlinkMessage.NewAddress, flags);
                    }
                }
            }
        }

        return Errno.None;
    }

    /// <summary>RTM_GETMULTICAST: the groups of IPv6 that each interface is in.</summary>
    public Errno DumpGroups()
    {
        const ushort Group = 7;
        foreach (NetInterface each in stack.Interfaces)
        {
            foreach ((IpAddress group, _) in InterfaceGroups.Of(each, isV4: false))
            {
                Span<byte> body = writer.Begin(NetlinkMessage.NewMulticast, NetlinkMessage.Multiple, FixedBytes);
                body[0] = (byte)AddressFamily.Inet6;
                body[1] = 128;
                body[2] = Permanent;
                BinaryPrimitives.WriteInt32LittleEndian(body[4..], each.Index);
                writer.AddAddress(Group, group);
                writer.End();
            }
        }

        return Errno.None;
    }

    /// <summary>An address as it is, or in a notice that it has come or gone.</summary>
    public void Address(NetInterface of, in InterfaceAddress address, ushort type, ushort flags)
    {
        bool isV4 = address.Address.IsV4;
        bool isSecondary = of.PrimaryOf(address).Address != address.Address;
        byte state = (byte)((address.ValidUntil.IsNever ? Permanent : 0) | (address.IsTentative ? Tentative : 0) | (isSecondary ? Secondary : 0));
        Span<byte> body = writer.Begin(type, flags, FixedBytes);
        body[0] = (byte)FamilyOf(isV4);
        body[1] = (byte)address.PrefixLength;
        body[2] = state;
        body[3] = ScopeOf(address.Address);
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], of.Index);
        writer.AddAddress(AddressAttribute, address.Address);
        if (isV4)
        {
            writer.AddAddress(LocalAttribute, address.Address);
            if (address.TellsBroadcast(of.IsLoopback))
            {
                writer.AddAddress(4, address.Broadcast);
            }

            writer.AddText(3, address.Label ?? of.Name);
        }

        writer.AddNumber(8, state);
        uint left = SecondsLeft(address.ValidUntil);
        Span<byte> lifetimes = writer.AddBytes(6, 16); // struct ifa_cacheinfo: preferred, valid, made, changed
        BinaryPrimitives.WriteUInt32LittleEndian(lifetimes, left);
        BinaryPrimitives.WriteUInt32LittleEndian(lifetimes[4..], left);
        writer.End();
    }

    /// <summary>The seconds until a time, or the number that means that it never comes.</summary>
    public static uint SecondsLeft(Instant until)
    {
        ulong now = Clock.Now.Nanoseconds;
        return until.IsNever ? Forever : until.Nanoseconds <= now ? 0 : (uint)Math.Min((until.Nanoseconds - now) / SecondNs, Forever - 1);
    }
}
