using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>A raw socket's block: packets of one protocol of IP (raw(7); ipv6(7); RFC 3542, 3).</summary>
public sealed class RawEndpoint : DatagramEndpoint
{
    /// <summary>IPPROTO_RAW: sends packets of any protocol, header included, and receives none.</summary>
    public const byte AnyProtocol = 255;

    /// <summary>So much of a packet's beginning is looked at for its checksum (IPV6_CHECKSUM).</summary>
    public const int MostChecksumOffset = 62;

    private const int Types = 256;
    private const int BitsInWord = 32;

    private readonly uint[] _blockedV6 = new uint[Types / BitsInWord];

    public RawEndpoint(NetStack stack, AddressFamily family, byte protocol)
        : base(stack, family)
    {
        Protocol = protocol;
        IsV6Only = true;
        WritesHeader = protocol == AnyProtocol;
        ChecksumOffset = family == AddressFamily.V6 && protocol == IpProtocol.IcmpV6 ? IcmpView.ChecksumOffset : -1;
        Local = Local with { Port = protocol };
        stack.Raw.Add(this);
    }

    public byte Protocol { get; }

    /// <summary>IP_HDRINCL: what is sent begins with its IPv4 header.</summary>
    public bool WritesHeader { get; set; }

    /// <summary>IPV6_CHECKSUM: where in a packet the checksum is that is written and verified; negative for none.</summary>
    public int ChecksumOffset { get; set; }

    /// <summary>ICMP_FILTER: a bit for each type of ICMP that is not wanted.</summary>
    public uint BlockedV4 { get; set; }

    /// <summary>ICMP6_FILTER: a bit for each type of ICMPv6 that is not wanted.</summary>
    public Span<uint> BlockedV6 => _blockedV6;

    internal RawEndpoint? NextRaw { get; set; }

    /// <summary>Takes an address, as often as the program likes.</summary>
    public override NetError Bind(EndpointAddress address, Instant now)
    {
        Stack.Enter(now);
        NetError error = IsConnected ? NetError.InvalidArgument : Stack.CheckBindable(this, address.Address);
        if (error == NetError.None)
        {
            Local = new EndpointAddress(address.Address, Protocol, address.Scope);
            _isAddressChosen = !address.Address.IsUnspecified;
        }

        return error;
    }

    private bool _isAddressChosen;

    public override NetError Connect(EndpointAddress peer, Instant now)
    {
        Stack.Enter(now);
        if (!Speaks(peer.Address))
        {
            return NetError.FamilyMismatch;
        }

        NetError error = FindPath(peer, out _);
        if (error == NetError.None)
        {
            Remote = peer;
            Local = Local with { Address = _path.Source };
        }

        return error;
    }

    public override void Disconnect()
    {
        Remote = new EndpointAddress(Family == AddressFamily.V4 ? IpAddress.AnyV4 : IpAddress.AnyV6, 0);
        Local = _isAddressChosen ? Local : Local with { Address = Remote.Address };
    }

    /// <summary>Sends a packet of its protocol, or with <see cref="WritesHeader"/> one with its own header.</summary>
    [AllocationFree]
    public override NetError Send(PacketBuffer data, in EndpointAddress to, in DatagramOverrides overrides, Instant now)
    {
        Stack.Enter(now);
        NetPath own = default;
        ref NetPath path = ref overrides.HasPath ? ref own : ref _path;
        NetError error = TakeError();
        if (error == NetError.None)
        {
            error = !Speaks(to.Address) ? NetError.FamilyMismatch
                : IsWriteShut ? NetError.BrokenPipe
                : overrides.HasPath ? FindPath(to, overrides, out own)
                : FindPath(to, out _);
        }

        if (error != NetError.None)
        {
            data.Release();
            return error;
        }

        if (WritesHeader && Family == AddressFamily.V4)
        {
            error = SendWhole(ref path, data);
        }
        else
        {
            byte timeToLive = overrides.TimeToLive is byte limit ? limit
                : to.Address.IsMulticast ? MulticastTimeToLive
                : TimeToLive != 0 ? TimeToLive : path.Interface!.HopLimit;
            error = SendPayload(ref path, data, timeToLive, overrides.TypeOfService ?? TypeOfService, MayFragmentOf(overrides));
        }

        if (error == NetError.MessageTooLong)
        {
            NoteTooLong(to, path.Mtu);
        }

        Stack.Drain();
        return error;
    }

    public override void Close(Instant now)
    {
        Stack.Enter(now);
        CloseQueue();
        Stack.Raw.Remove(this);
        Observer = null;
        Stack.Drain();
    }

    /// <summary>Whether a packet is of its protocol, to its address and from its peer.</summary>
    [AllocationFree]
    internal bool IsFor(in IpHeaderInfo info) =>
        info.Protocol == Protocol && Protocol != AnyProtocol && info.Source.IsV4 == (Family == AddressFamily.V4)
        && (BoundInterface == 0 || BoundInterface == info.Interface.Index)
        && (Local.Address.IsUnspecified || Local.Address == info.Destination || info.IsToMany)
        && (Remote.Address.IsUnspecified || Remote.Address == info.Source)
        && (!info.Destination.IsMulticast || IsInGroup(info.Destination, info.Interface.Index));

    /// <summary>Whether its filter lets a packet of its protocol pass, and its checksum holds.</summary>
    [AllocationFree]
    internal bool Passes(in IpHeaderInfo info, PacketBuffer packet, ReadOnlySpan<byte> head)
    {
        if (Family == AddressFamily.V4)
        {
            return Protocol != IpProtocol.Icmp || head.IsEmpty || head[0] >= BitsInWord || (BlockedV4 >> head[0] & 1) == 0;
        }

        if (ChecksumOffset >= 0 && (packet.Length < ChecksumOffset + sizeof(ushort) || !NetStack.IsChecksumValid(info, packet, head)))
        {
            return false;
        }

        return Protocol != IpProtocol.IcmpV6 || head.IsEmpty || (_blockedV6[head[0] / BitsInWord] >> (head[0] % BitsInWord) & 1) == 0;
    }

    /// <summary>The first bytes go as the transport's header, so that the stack writes the checksum where it is wanted.</summary>
    private NetError SendPayload(ref NetPath path, PacketBuffer data, byte timeToLive, byte typeOfService, bool mayFragment)
    {
        Span<byte> bytes = stackalloc byte[MostChecksumOffset + sizeof(ushort)];
        Span<byte> header = bytes[..data.Read(0, bytes)];
        if (ChecksumOffset >= 0 && header.Length < ChecksumOffset + sizeof(ushort))
        {
            data.Release();
            return NetError.InvalidArgument;
        }

        data.TrimFront(header.Length);
        Stack.Counters.NoteRaw(Protocol, path.Destination.IsV4, header.IsEmpty ? (byte)0 : header[0]);
        return Stack.Send(ref path, data, Protocol, header, ChecksumOffset, timeToLive, typeOfService, mayFragment);
    }

    /// <summary>The program's own header: length and checksum are written, the source and the identification when they are zero (raw(7)).</summary>
    private NetError SendWhole(ref NetPath path, PacketBuffer data)
    {
        Span<byte> bytes = stackalloc byte[Ipv4View.MaximumBytes];
        int have = data.Read(0, bytes);
        int headerBytes = have > 0 ? (bytes[0] & 0xf) * sizeof(uint) : 0;
        if (headerBytes < Ipv4View.MinimumBytes || headerBytes > have || data.Length > path.Mtu)
        {
            NetError error = data.Length > path.Mtu ? NetError.MessageTooLong : NetError.InvalidArgument;
            data.Release();
            return error;
        }

        Span<byte> ip = bytes[..headerBytes];
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)data.Length);
        if (BinaryPrimitives.ReadUInt16BigEndian(ip[4..]) == 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], unchecked((ushort)Stack.NextIdentification(in path, ip[9])));
        }

        if (IpAddress.ReadV4(ip[12..]).IsUnspecified)
        {
            path.Source.WriteV4(ip[12..]);
        }

        ip[10..12].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Of(ip));
        data.TrimFront(headerBytes);
        Stack.Counters.NoteRaw(ip[9], isV4: true, have > headerBytes ? bytes[headerBytes] : (byte)0);
        Stack.SendWithHeader(ref path, data, ip);
        return NetError.None;
    }
}
