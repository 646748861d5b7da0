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
    private const byte V6PortUnreachableCode = 4;
    private const byte UnknownNextHeaderCode = 1;
    private const int FragmentHeaderBytes = 8;

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
            Dispatch(head[0] >> 4 == 4, head, error, mayPass: true, 0);
        }
    }

    /// <summary>An error from the wire; the packet begins with what it quotes.</summary>
    private void HandleError(bool isV4, IcmpView icmp, PacketBuffer packet)
    {
        Span<byte> bytes = stackalloc byte[Ipv4View.MaximumBytes + 8];
        ReadOnlySpan<byte> quoted = bytes[..packet.Read(0, bytes)];
        int mtu = 0;
        NetError error;
        bool mayPass;
        if (isV4)
        {
            error = icmp.Type switch
            {
                IcmpType.V4Unreachable => icmp.Code switch
                {
                    0 or 6 or 9 or 11 or 12 => NetError.NetworkUnreachable,
                    ProtocolUnreachableCode => NetError.ProtocolUnreachable,
                    PortUnreachableCode => NetError.ConnectionRefused,
                    FragmentationNeededCode => NetError.MessageTooLong,
                    _ => NetError.HostUnreachable,
                },
                IcmpType.V4TimeExceeded => NetError.HostUnreachable,
                _ => NetError.ProtocolUnreachable,
            };
            mayPass = icmp.Type == IcmpType.V4TimeExceeded || (icmp.Type == IcmpType.V4Unreachable && icmp.Code is 0 or HostUnreachableCode or 5 or 11 or 12);
            if (error == NetError.MessageTooLong)
            {
                mtu = icmp.NextHopMtu != 0 ? icmp.NextHopMtu : 576;
            }
        }
        else
        {
            error = icmp.Type switch
            {
                IcmpType.V6Unreachable => icmp.Code switch
                {
                    0 => NetError.NetworkUnreachable,
                    1 or 5 or 6 => NetError.NotPermitted,
                    V6PortUnreachableCode => NetError.ConnectionRefused,
                    _ => NetError.HostUnreachable,
                },
                IcmpType.V6PacketTooBig => NetError.MessageTooLong,
                IcmpType.V6TimeExceeded => NetError.HostUnreachable,
                _ => NetError.ProtocolUnreachable,
            };
            mayPass = icmp.Type == IcmpType.V6TimeExceeded || (icmp.Type == IcmpType.V6Unreachable && icmp.Code is 0 or 2 or 3);
            if (error == NetError.MessageTooLong)
            {
                mtu = (int)Math.Min(icmp.PacketTooBigMtu, 65535);
            }
        }

        Dispatch(isV4, quoted, error, mayPass, mtu);
    }

    /// <summary>Finds who sent what is quoted. <paramref name="mayPass"/>: the way may be mended, so that only those hear of it who asked for that (icmp_err_convert in Linux).</summary>
    private void Dispatch(bool isV4, ReadOnlySpan<byte> quoted, NetError error, bool mayPass, int mtu)
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
        if (!_stack.IsLocal(local) || !UdpView.TryParseQuoted(transport, out UdpView ports))
        {
            return;
        }

        switch (protocol)
        {
            case IpProtocol.Tcp:
                _stack.Tcp.HandleError(local, ports.SourcePort, remote, ports.DestinationPort, new SeqNo(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(transport[4..])), error, mtu);
                return;
            case IpProtocol.Udp:
                _stack.Udp.Find(local, ports.SourcePort, remote, ports.DestinationPort, 0)?.HandleError(remote, error, mayPass, mtu);
                return;
            case IpProtocol.Icmp when isV4 && transport[0] == IcmpType.V4Echo:
            case IpProtocol.IcmpV6 when !isV4 && transport[0] == IcmpType.V6Echo:
                FindPing(System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(transport[4..]), local, remote)?.HandleError(remote, error, mayPass, mtu);
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
        if (info.IsToMany || info.Source.IsUnspecified || info.Source.IsMulticast || !TryTakeToken()
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
        _ = Send(ref path, packet, header, path.Interface!.HopLimit, 0);
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
