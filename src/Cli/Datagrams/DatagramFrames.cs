using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Mote.Cli.Datagrams;

/// <summary>
/// Ethernet frames between a machine and the relay: the machine is 10.0.2.15, the relay 10.0.2.4, of which QEMU's user network makes no
/// use. ARP (RFC 826), IPv4 (RFC 791) and UDP (RFC 768). What
/// the machine sends may be anything: every length is checked.
/// </summary>
internal static class DatagramFrames
{
    public const int LargestData = 65507;

    private const int EthernetBytes = 14;
    private const int ArpBytes = 28;
    private const int IpBytes = 20;
    private const int UdpBytes = 8;
    private const int LargestPacket = 1500;
    private const ushort Arp = 0x0806;
    private const ushort Ipv4 = 0x0800;
    private const uint Machine = 0x0a00_020f;
    private const uint Relay = 0x0a00_0204;
    private const byte Udp = 17;
    private const byte TimeToLive = 64;
    private const ushort MoreFragments = 0x2000;
    private const ushort ArpRequest = 1;
    private const ushort ArpReply = 2;

    /// <summary>As QEMU makes those of its own (52:55 and the address).</summary>
    private static ReadOnlySpan<byte> RelayMac => [0x52, 0x55, 0x0a, 0x00, 0x02, 0x04];

    /// <summary>The machine's hardware address, where a frame is the machine's own. Others on its network are of QEMU.</summary>
    public static bool TryReadMachine(ReadOnlySpan<byte> frame, Span<byte> mac)
    {
        bool isMachine = frame.Length >= EthernetBytes + ArpBytes && BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            Arp => BinaryPrimitives.ReadUInt32BigEndian(frame[(EthernetBytes + 14)..]) == Machine,
            Ipv4 => BinaryPrimitives.ReadUInt32BigEndian(frame[(EthernetBytes + 12)..]) == Machine,
            _ => false,
        };
        if (isMachine)
        {
            frame.Slice(6, 6).CopyTo(mac);
        }

        return isMachine;
    }

    /// <summary>The answer to who asks for the relay's hardware address; null for every other frame.</summary>
    public static byte[]? AnswerArp(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < EthernetBytes + ArpBytes || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != Arp)
        {
            return null;
        }

        ReadOnlySpan<byte> asked = frame[EthernetBytes..];
        if (BinaryPrimitives.ReadUInt16BigEndian(asked[6..]) != ArpRequest || BinaryPrimitives.ReadUInt32BigEndian(asked[24..]) != Relay)
        {
            return null;
        }

        byte[] answer = new byte[EthernetBytes + ArpBytes];
        WriteEthernet(answer, asked.Slice(8, 6), Arp);
        Span<byte> arp = answer.AsSpan(EthernetBytes);
        asked[..8].CopyTo(arp);
        BinaryPrimitives.WriteUInt16BigEndian(arp[6..], ArpReply);
        RelayMac.CopyTo(arp[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(arp[14..], Relay);
        asked.Slice(8, 10).CopyTo(arp[18..]);
        return answer;
    }

    /// <summary>A datagram, or a part of one, of the machine to the relay; false for every other frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="id">What its parts have in common.</param>
    /// <param name="offset">Where in the whole the part lies; with <paramref name="hasMore"/> false and 0, it is the whole.</param>
    /// <param name="hasMore">Parts with higher offsets exist.</param>
    /// <param name="part">UDP's header and data, or a piece of them.</param>
    public static bool TryReadPart(ReadOnlySpan<byte> frame, out ushort id, out int offset, out bool hasMore, out ReadOnlySpan<byte> part)
    {
        (id, offset, hasMore) = (0, 0, false);
        part = default;
        if (frame.Length < EthernetBytes + IpBytes || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != Ipv4)
        {
            return false;
        }

        ReadOnlySpan<byte> ip = frame[EthernetBytes..];
        int header = (ip[0] & 0xf) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        if (ip[0] >> 4 != 4 || header < IpBytes || total < header || total > ip.Length || ip[9] != Udp
            || BinaryPrimitives.ReadUInt32BigEndian(ip[12..]) != Machine || BinaryPrimitives.ReadUInt32BigEndian(ip[16..]) != Relay)
        {
            return false;
        }

        ushort fragment = BinaryPrimitives.ReadUInt16BigEndian(ip[6..]);
        (id, offset, hasMore) = (BinaryPrimitives.ReadUInt16BigEndian(ip[4..]), (fragment & 0x1fff) * 8, (fragment & MoreFragments) != 0);
        part = ip[header..total];
        return true;
    }

    /// <summary>Ports and data of a whole datagram. Its checksum is not looked at: nothing between the machine and here can damage
    /// it.</summary>
    public static bool TryReadDatagram(ReadOnlySpan<byte> datagram, out ushort source, out ushort destination, out ReadOnlySpan<byte> data)
    {
        (source, destination) = (0, 0);
        data = default;
        if (datagram.Length < UdpBytes || BinaryPrimitives.ReadUInt16BigEndian(datagram[4..]) is ushort length
            && (length < UdpBytes || length > datagram.Length))
        {
            return false;
        }

        (source, destination) = (BinaryPrimitives.ReadUInt16BigEndian(datagram), BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]));
        data = datagram[UdpBytes..length];
        return true;
    }

    /// <summary>The frames that carry a datagram of the relay's to the machine.</summary>
    public static List<byte[]> Write(ReadOnlySpan<byte> mac, ushort source, ushort destination, ReadOnlySpan<byte> data, ushort id)
    {
        byte[] datagram = new byte[UdpBytes + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, source);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), destination);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        data.CopyTo(datagram.AsSpan(UdpBytes));
        ushort checksum = Finish(Sum(datagram) + (Machine >> 16) + (Machine & 0xffff) + (Relay >> 16) + (Relay & 0xffff) + Udp + (uint)datagram.Length);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), checksum == 0 ? ushort.MaxValue : checksum); // 0 says that there is none

        List<byte[]> frames = [];
        const int largestPart = (LargestPacket - IpBytes) / 8 * 8;
        for (int offset = 0; offset < datagram.Length; offset += largestPart)
        {
            int count = Math.Min(largestPart, datagram.Length - offset);
            bool hasMore = offset + count < datagram.Length;
            byte[] frame = new byte[EthernetBytes + IpBytes + count];
            WriteEthernet(frame, mac, Ipv4);
            Span<byte> ip = frame.AsSpan(EthernetBytes);
            ip[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(IpBytes + count));
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], id);
            BinaryPrimitives.WriteUInt16BigEndian(ip[6..], (ushort)(offset / 8 | (hasMore ? MoreFragments : 0)));
            ip[8] = TimeToLive;
            ip[9] = Udp;
            BinaryPrimitives.WriteUInt32BigEndian(ip[12..], Relay);
            BinaryPrimitives.WriteUInt32BigEndian(ip[16..], Machine);
            BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Finish(Sum(ip[..IpBytes])));
            datagram.AsSpan(offset, count).CopyTo(ip[IpBytes..]);
            frames.Add(frame);
        }

        return frames;
    }

    private static void WriteEthernet(Span<byte> frame, ReadOnlySpan<byte> destination, ushort type)
    {
        destination.CopyTo(frame);
        RelayMac.CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], type);
    }

    /// <summary>The internet checksum's sum (RFC 1071): at most 32,768 words, so that it does not overflow.</summary>
    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (; bytes.Length > 1; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.Length == 1 ? sum + ((uint)bytes[0] << 8) : sum;
    }

    private static ushort Finish(uint sum)
    {
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
