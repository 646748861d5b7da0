using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Vfs;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

// recvmsg(2) with MSG_ERRQUEUE (ip(7), IP_RECVERR; ip_recv_error and ipv6_recv_error of Linux).
internal abstract partial class InetSocket
{
    private const int ExtendedErrorBytes = 16; // struct sock_extended_err

    private uint _zeroCopyCount;

    /// <summary>Whether a message is sent with MSG_ZEROCOPY by a socket that has asked for it (SO_ZEROCOPY).</summary>
    protected bool TakesZeroCopy(MessageFlags flags) => (flags & MessageFlags.ZeroCopy) != 0 && Has(OptionBits.ZeroCopy);

    /// <summary>
    /// The data of a message with MSG_ZEROCOPY was copied, as Linux does where a device cannot do without: the program hears at once that its memory is its own again.
    /// </summary>
    protected void ReportCopied()
    {
        Endpoint.ReportCopied(_zeroCopyCount, Clock.Now);
        _zeroCopyCount = unchecked(_zeroCopyCount + 1);
    }

    /// <summary>Which times of a message are to be told, by the socket's option or the message's own flags.</summary>
    private protected SendStamps WantedStamps(uint? ownFlags)
    {
        TimestampFlags flags = ownFlags is uint own ? ((TimestampFlags)own & TimestampFlags.AnySend) | (Timestamping & ~TimestampFlags.AnySend) : Timestamping;
        SendStamps stamps = ((flags & TimestampFlags.SendSoftware) != 0 ? SendStamps.Sent : 0)
            | ((flags & TimestampFlags.SendScheduled) != 0 ? SendStamps.Scheduled : 0)
            | ((flags & TimestampFlags.SendAcknowledged) != 0 ? SendStamps.Acknowledged : 0);
        return stamps == SendStamps.None ? stamps : stamps | ((flags & TimestampFlags.TimeOnly) != 0 ? SendStamps.TimeOnly : 0);
    }

    public override Result<long> ReceiveError(ref DataSink data, ref IncomingMessage message)
    {
        PacketBuffer? packet = Endpoint.TakeReport(out ErrorReport report);
        if (packet == null)
        {
            return Errno.EAGAIN;
        }

        int length = packet.Length;
        int wanted = (int)Math.Min((ulong)length, data.Remaining);
        int copied = CopyOut(packet, ref data);
        AddTimeStamps(packet.ArrivedAt, report.Origin == ErrorOrigin.Timestamping, ref message);
        bool isTold = TellsOfPacket(report);
        if (isTold)
        {
            AddHeader(report, packet, ref message);
        }

        packet.Release();
        if (copied < wanted)
        {
            return Errno.EFAULT;
        }

        Span<byte> name = stackalloc byte[InetAddress.V6Bytes];
        if (!message.Name.IsEmpty && report.Origin is ErrorOrigin.Local or ErrorOrigin.Icmp or ErrorOrigin.IcmpV6)
        {
            message.SetName(name[..InetAddress.Write(name, Family, report.Destination)]);
        }

        AddReport(report, isTold, ref message);
        message.Received |= MessageFlags.ErrorQueue | (wanted < length ? MessageFlags.Truncated : MessageFlags.None);
        return copied;
    }

    /// <summary>Whether the program hears of the entry's packet: of one that was sent in IPv4 only where it has asked
    /// (ipv4_datagram_support_cmsg, ip6_datagram_support_cmsg).</summary>
    private bool TellsOfPacket(in ErrorReport report) => report.Origin switch
    {
        ErrorOrigin.Icmp or ErrorOrigin.IcmpV6 => true,
        ErrorOrigin.Timestamping => report.Header.Interface != 0 && (Family == AddressFamily.Inet6
            || (Timestamping & TimestampFlags.WithControl) != 0),
        _ => false,
    };

    /// <summary>Adds what the options ask for of the entry's packet.</summary>
    private protected virtual void AddHeader(in ErrorReport report, PacketBuffer packet, ref IncomingMessage message)
    {
    }

    private void AddReport(in ErrorReport report, bool isTold, ref IncomingMessage message)
    {
        Span<byte> bytes = stackalloc byte[ExtendedErrorBytes + InetAddress.V6Bytes];
        bytes.Clear();
        Errno error = report.Origin == ErrorOrigin.Timestamping ? Errno.ENOMSG : report.Error.ToErrno(); // none of MSG_ZEROCOPY
        BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)error);
        bytes[4] = (byte)report.Origin;
        bytes[5] = report.Type;
        bytes[6] = report.Code;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], report.Info);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], report.Data);
        if (isTold)
        {
            _ = InetAddress.Write(bytes[ExtendedErrorBytes..], Family, new EndpointAddress(report.Offender, 0));
        }

        if (Family == AddressFamily.Inet)
        {
            message.AddControl(SocketLevel.Ip, (int)IpOption.ReceiveErrors, bytes[..(ExtendedErrorBytes + InetAddress.V4Bytes)]);
        }
        else
        {
            message.AddControl(SocketLevel.Ipv6, (int)Ipv6Option.ReceiveErrors, bytes);
        }
    }

    /// <summary>Copies a packet's bytes to the program; fewer than asked for is a bad address.</summary>
    protected int CopyOut(PacketBuffer packet, ref DataSink data)
    {
        int done = 0;
        foreach (PacketPart part in packet)
        {
            int wanted = (int)Math.Min((ulong)part.Length, data.Remaining);
            int copied = data.Write(Stack.Pool.FrameOf(part.Page), part.Offset, wanted);
            done += copied;
            if (copied < wanted || data.Remaining == 0)
            {
                break;
            }
        }

        return done;
    }
}
