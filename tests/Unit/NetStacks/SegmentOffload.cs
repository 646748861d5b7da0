using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>What a card does with a packet that it is to cut and sum.</summary>
internal static class SegmentOffload
{
    public static List<byte[]> Cut(PacketBuffer packet)
    {
        byte[] whole = Bytes(packet);
        if (packet.Gso == GsoKind.None)
        {
            if (packet.Checksum == ChecksumState.Partial)
            {
                Complete(whole, packet.ChecksumStart, packet.ChecksumOffset);
            }

            return [whole];
        }

        int headers = packet.GsoHeaderLength;
        int tcp = packet.ChecksumStart;
        int ip = EthernetView.HeaderBytes;
        bool isV4 = packet.Gso == GsoKind.TcpV4;
        Assert.Equal(ChecksumState.Partial, packet.Checksum);
        Assert.True(packet.GsoSize > 0 && headers > tcp && whole.Length > headers + packet.GsoSize, "a packet to cut that is none");
        List<byte[]> frames = [];
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(whole.AsSpan(tcp + 4));
        for (int at = headers; at < whole.Length; at += packet.GsoSize)
        {
            int count = Math.Min(packet.GsoSize, whole.Length - at);
            byte[] frame = [.. whole[..headers], .. whole[at..(at + count)]];
            bool isLast = at + count == whole.Length;
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(tcp + 4), unchecked(sequence + (uint)(at - headers)));
            if (!isLast)
            {
                frame[tcp + 13] &= unchecked((byte)~(int)(TcpFlags.Fin | TcpFlags.Psh));
            }

            int length = headers - tcp + count;
            IpAddress source = isV4 ? IpAddress.ReadV4(frame.AsSpan(ip + 12)) : IpAddress.ReadV6(frame.AsSpan(ip + 8));
            IpAddress destination = isV4 ? IpAddress.ReadV4(frame.AsSpan(ip + 16)) : IpAddress.ReadV6(frame.AsSpan(ip + 24));
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(tcp + 16), InternetChecksum.Fold(InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, length)));
            Complete(frame, tcp, TcpView.ChecksumOffset);
            if (isV4)
            {
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(ip + 2), (ushort)(frame.Length - ip));
                frame[ip + 10] = frame[ip + 11] = 0;
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(ip + 10), InternetChecksum.Of(frame.AsSpan(ip, Ipv4View.MinimumBytes)));
            }
            else
            {
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(ip + 4), (ushort)(frame.Length - ip - Ipv6View.HeaderBytes));
            }

            frames.Add(frame);
        }

        return frames;
    }

    public static byte[] Bytes(PacketBuffer packet)
    {
        byte[] bytes = new byte[packet.Length];
        Assert.Equal(bytes.Length, packet.Read(0, bytes));

        // The parts say the same.
        int at = 0;
        foreach (PacketPart part in packet)
        {
            byte[] piece = new byte[part.Length];
            packet.Pool.FrameOf(part.Page).Read(part.Offset, piece);
            Assert.Equal(bytes[at..(at + part.Length)], piece);
            at += part.Length;
        }

        Assert.Equal(bytes.Length, at);
        return bytes;
    }

    private static void Complete(byte[] frame, int start, int offset)
    {
        ushort checksum = InternetChecksum.Of(frame.AsSpan(start));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(start + offset), checksum == 0 ? (ushort)0xffff : checksum);
    }
}
