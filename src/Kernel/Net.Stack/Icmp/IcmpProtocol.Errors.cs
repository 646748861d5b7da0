using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// Errors about packets: those that come in go to the endpoint that sent the packet, those that go out quote what they are about.
public sealed partial class IcmpProtocol
{
    private const byte HostUnreachableCode = 1;
    private const byte ProtocolUnreachableCode = 2;
    private const byte PortUnreachableCode = 3;
    private const byte FragmentationNeededCode = 4;
    private const byte V6AddressUnreachableCode = 3;
    private const byte V6PortUnreachableCode = 4;
    private const byte UnknownNextHeaderCode = 1;
    private const int FragmentHeaderBytes = 8;

    // RFC 1812, 4.3.2.5: an error has the type of service of its cause, and the precedence of internet control.
    private const byte InternetControl = 0xc0;
    private const byte TypeOfServiceMask = 0x1e;

    /// <summary>Of what an error is about, this much is quoted (RFC 1812, 4.3.2.3: no more than makes 576 bytes in all).</summary>
    private const int QuotedBytes = 508;

    /// <summary>No endpoint has the port. The packet begins with its transport header and stays the caller's.</summary>
    [AllocationFree]
    internal void SendPortUnreachable(ref IpHeaderInfo info, PacketBuffer packet) =>
        SendError(info, packet, info.Source.IsV4 ? IcmpType.V4Unreachable : IcmpType.V6Unreachable, info.Source.IsV4 ? PortUnreachableCode : V6PortUnreachableCode, 0);

    /// <summary>Nobody here speaks the protocol.</summary>
    [AllocationFree]
    internal void SendProtocolUnreachable(ref IpHeaderInfo info, PacketBuffer packet) =>
        SendError(
            info, packet, info.Source.IsV4 ? IcmpType.V4Unreachable : IcmpType.V6ParameterProblem, info.Source.IsV4 ? ProtocolUnreachableCode : UnknownNextHeaderCode,
            info.Source.IsV4 ? 0u : 6);

    /// <summary>Fragments were missing for too long. Only who has the first fragment can be told (RFC 792; RFC 8200, 4.5).</summary>
    [AllocationFree]
    internal void SendReassemblyTimeExceeded(in IpHeaderInfo info, PacketBuffer? first)
    {
        if (first != null && first.Note.Start.Value == 0)
        {
            SendError(info, first, info.Source.IsV4 ? IcmpType.V4TimeExceeded : IcmpType.V6TimeExceeded, 1, 0);
        }
    }

    /// <summary>A packet of ours, which begins with its IP header, could not be sent: its endpoint hears of it as from a router.</summary>
    [AllocationFree]
    internal void HandleUnsent(PacketBuffer packet, NetError error)
    {
        Span<byte> bytes = stackalloc byte[Ipv6View.HeaderBytes + FragmentHeaderBytes + 8];
        ReadOnlySpan<byte> head = bytes[..packet.Read(0, bytes)];
        if (!head.IsEmpty)
        {
            bool isV4 = head[0] >> 4 == 4;
            IcmpReport report = new(error, mayPass: true)
            {
                Type = isV4 ? IcmpType.V4Unreachable : IcmpType.V6Unreachable,
                Code = isV4 ? HostUnreachableCode : V6AddressUnreachableCode,
            };
            Dispatch(isV4, head, report, packet);
        }
    }

    /// <summary>An error from the wire; the packet begins with what it quotes.</summary>
    private void HandleError(in IpHeaderInfo info, IcmpView icmp, PacketBuffer packet)
    {
        Span<byte> bytes = stackalloc byte[Ipv4View.MaximumBytes + 8];
        ReadOnlySpan<byte> quoted = bytes[..packet.Read(0, bytes)];
        bool isV4 = info.Source.IsV4;
        IcmpReport report = isV4 ? ReadV4(icmp) : ReadV6(icmp);
        report.Type = icmp.Type;
        report.Code = icmp.Code;
        report.Offender = info.Source;
        report.Header = new PacketHeader
        {
            Interface = info.Interface.Index,
            Destination = info.Destination,
            TimeToLive = info.TimeToLive,
            TypeOfService = info.TypeOfService,
        };
        Dispatch(isV4, quoted, report, packet);
    }

    /// <summary>icmp_err_convert of Linux: what each is to the program, and whether the way may be mended.</summary>
    private static IcmpReport ReadV4(IcmpView icmp)
    {
        switch (icmp.Type)
        {
            case IcmpType.V4Unreachable:
                NetError error = icmp.Code switch
                {
                    0 or 6 or 9 or 11 => NetError.NetworkUnreachable,
                    ProtocolUnreachableCode => NetError.ProtocolUnreachable,
                    PortUnreachableCode => NetError.ConnectionRefused,
                    FragmentationNeededCode => NetError.MessageTooLong,
                    5 => NetError.NotSupported,
                    7 => NetError.HostDown,
                    8 => NetError.NoNetwork,
                    _ => NetError.HostUnreachable,
                };
                IcmpReport report = new(error, mayPass: icmp.Code is 0 or 1 or 5 or 11 or 12 or > 15);
                if (error == NetError.MessageTooLong)
                {
                    report.Mtu = icmp.NextHopMtu;
                    report.Info = (uint)report.Mtu;
                }

                return report;
            case IcmpType.V4TimeExceeded:
                return new IcmpReport(NetError.HostUnreachable, mayPass: true);
            default:
                return new IcmpReport(NetError.ProtocolError, mayPass: false) { Info = icmp.Rest >> 24 };
        }
    }

    private static IcmpReport ReadV6(IcmpView icmp)
    {
        switch (icmp.Type)
        {
            case IcmpType.V6Unreachable:
                NetError error = icmp.Code switch
                {
                    0 => NetError.NetworkUnreachable,
                    1 or 5 or 6 => NetError.NotPermitted,
                    V6PortUnreachableCode => NetError.ConnectionRefused,
                    _ => NetError.HostUnreachable,
                };
                return new IcmpReport(error, mayPass: icmp.Code is 0 or 2 or 3);
            case IcmpType.V6PacketTooBig:
                return new IcmpReport(NetError.MessageTooLong, mayPass: false) { Mtu = (int)Math.Min(icmp.PacketTooBigMtu, 65535), Info = icmp.PacketTooBigMtu };
            case IcmpType.V6TimeExceeded:
                return new IcmpReport(NetError.HostUnreachable, mayPass: true);
            default:
                return new IcmpReport(NetError.ProtocolError, mayPass: false) { Info = icmp.Rest };
        }
    }

    /// <summary>Finds who sent what is quoted. The packet begins with it and stays the caller's.</summary>
    private void Dispatch(bool isV4, ReadOnlySpan<byte> quoted, IcmpReport report, PacketBuffer packet)
    {
        IpAddress local;
        IpAddress remote;
        byte protocol;
        int headerBytes;
        if (isV4)
        {
            if (!Ipv4View.TryParseQuoted(quoted, out Ipv4View ip) || ip.FragmentOffset != 0)
            {
                return;
            }

            (local, remote, protocol, headerBytes) = (ip.Source, ip.Destination, ip.Protocol, ip.HeaderBytes);
        }
        else
        {
            if (!Ipv6View.TryParseQuoted(quoted, out Ipv6View ip))
            {
                return;
            }

            // Of a datagram in fragments the first one tells the ports.
            Ipv6Extensions extensions = Ipv6Extensions.Read(ip.NextHeader, quoted[Ipv6View.HeaderBytes..]);
            if (!extensions.IsValid || extensions.FragmentOffset != 0)
            {
                return;
            }

            (local, remote, protocol, headerBytes) = (ip.Source, ip.Destination, extensions.Protocol, Ipv6View.HeaderBytes + extensions.Bytes);
        }

        ReadOnlySpan<byte> transport = quoted[headerBytes..];
        report.Destination = new EndpointAddress(remote, 0);
        report.PayloadOffset = headerBytes + UdpView.HeaderBytes;
        if (report.Offender.IsUnspecified)
        {
            // As if this machine had sent the error to itself (ipv4_link_failure, ip6_link_failure).
            report.Offender = local;
            report.Header = new PacketHeader
            {
                Interface = _stack.Loopback.Index,
                Destination = local,
                TimeToLive = _stack.Loopback.HopLimit,
                TypeOfService = isV4 ? InternetControl : (byte)0,
            };
        }

        if (!_stack.IsLocal(local) || !UdpView.TryParseQuoted(transport, out UdpView ports))
        {
            return;
        }

        if (!_stack.Raw.IsEmpty)
        {
            IcmpReport whole = report;
            whole.PayloadOffset = headerBytes;
            _stack.Raw.HandleError(protocol, local, whole, packet);
        }

        NetError error = report.Error;
        switch (protocol)
        {
            case IpProtocol.Tcp:
                SeqNo sequence = new(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(transport[4..]));
                _stack.Tcp.HandleError(local, ports.SourcePort, remote, ports.DestinationPort, sequence, error, report.Mtu);
                return;
            case IpProtocol.Udp:
                report.Destination = new EndpointAddress(remote, ports.DestinationPort);
                _stack.Udp.Find(local, ports.SourcePort, remote, ports.DestinationPort, 0)?.HandleError(report, packet);
                return;
            case IpProtocol.Icmp when isV4 && transport[0] == IcmpType.V4Echo:
            case IpProtocol.IcmpV6 when !isV4 && transport[0] == IcmpType.V6Echo:
                report.PayloadOffset = headerBytes; // a ping socket sends and gets the header too
                FindPing(System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(transport[4..]), local, remote)?.HandleError(report, packet);
                return;
            default:
                return;
        }
    }

    /// <summary>Notes a path's MTU, within what the protocol allows (RFC 1191, 3; RFC 8201, 4). True when it is news.</summary>
    [AllocationFree]
    internal bool NoteMtu(bool isV4, in IpAddress destination, int mtu)
    {
        int floor = isV4 ? 552 : 1280;
        if (mtu == 0 || mtu >= 65535 || _stack.PathMtus.Find(destination, _stack.Now) <= Math.Max(mtu, floor))
        {
            return false;
        }

        _stack.PathMtus.Set(destination, Math.Max(mtu, floor), _stack.Now);
        _stack.PathsChanged();
        return true;
    }

    private void SendError(in IpHeaderInfo info, PacketBuffer about, byte type, byte code, uint rest)
    {
        // Never about what was sent to many, or came from nobody; never about an error, which the caller's protocols see to (RFC 1122, 3.2.2).
        if (info.IsToMany || info.Source.IsUnspecified || info.Source.IsMulticast || (!info.Interface.IsLoopback && !TryTakeToken())
            || _stack.FindPath(info.Source, info.Destination, info.Interface.IsLoopback ? null : info.Interface, out NetPath path) != NetError.None
            || !_stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            return;
        }

        Span<byte> quoted = stackalloc byte[Ipv6View.HeaderBytes + QuotedBytes];
        int ipBytes = info.Source.IsV4 ? Ipv4View.MinimumBytes : Ipv6View.HeaderBytes;
        if (info.Source.IsV4)
        {
            Ipv4View.Write(quoted, info.Source, info.Destination, info.Protocol, ipBytes + Math.Min(about.Length, 65515), info.TimeToLive, info.TypeOfService, 0, 0);
        }
        else
        {
            Ipv6View.Write(quoted, info.Source, info.Destination, info.Protocol, Math.Min(about.Length, 65535), info.TimeToLive, info.TypeOfService, 0);
        }

        int count = about.Read(0, quoted.Slice(ipBytes, QuotedBytes));
        if (!packet.TryWrite(quoted[..(ipBytes + count)]))
        {
            packet.Release();
            return;
        }

        Span<byte> header = stackalloc byte[IcmpView.HeaderBytes];
        IcmpView.Write(header, type, code, rest);
        byte typeOfService = info.Source.IsV4 ? (byte)(InternetControl | (info.TypeOfService & TypeOfServiceMask)) : (byte)0;
        _ = Send(ref path, packet, header, path.Interface!.HopLimit, typeOfService);
    }

    private bool TryTakeToken()
    {
        ulong passed = _stack.Now.Since(_tokensSince);
        if (passed >= Second / ErrorsInSecond)
        {
            _errorTokens = (int)Math.Min((ulong)_errorTokens + (passed / (Second / ErrorsInSecond)), ErrorsInSecond);
            _tokensSince = _stack.Now;
        }

        if (_errorTokens == 0)
        {
            return false;
        }

        _errorTokens--;
        return true;
    }
}
