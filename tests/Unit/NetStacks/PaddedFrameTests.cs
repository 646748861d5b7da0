using System;
using System.Linq;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>Frames padded to Ethernet's minimum of 60 bytes (IEEE 802.3, 3.2.8), as physical cards and bridges send them, and short segments that are cut.</summary>
public sealed class PaddedFrameTests
{
    private const int MinimumFrame = 60;

    [Fact]
    public void APaddedConnectionRequestIsAnswered()
    {
        RawPeer peer = new();
        peer.Listen();
        Inject(peer, Pad(peer.Frame(TcpFlags.Syn, default, peer.Sequence, default, default, 65535)));
        Assert.Equal(0ul, peer.Host.Interface.Statistics.ReceiveErrors);
        Assert.Equal(TcpFlags.Syn | TcpFlags.Ack, peer.Take(VirtualWire.Second).Flags);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("abc")]
    [InlineData("abcdef")]
    public void PaddingIsNoDataOfAStream(string data)
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen());
        byte[] bytes = [.. data.Select(letter => (byte)letter)];
        Inject(peer, Pad(peer.Frame(TcpFlags.Ack | TcpFlags.Psh, bytes, peer.Sequence, peer.Acknowledgment, default, 65535)));
        Assert.Equal(0ul, peer.Host.Interface.Statistics.ReceiveErrors);
        Assert.Equal(data.Length, connection.Available);
    }

    [Fact]
    public void PaddingIsNoDataWhereTheDeviceHasVerifiedTheChecksum()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen());
        byte[] frame = Pad(peer.Frame(TcpFlags.Ack | TcpFlags.Psh, "abc"u8, peer.Sequence, peer.Acknowledgment, default, 65535));
        Assert.True(peer.Host.Pool.TryTakePacket(out PacketBuffer packet));
        packet.Prepend(frame);
        packet.Checksum = ChecksumState.Verified;
        peer.Host.Stack.Receive(peer.Host.Device, packet, peer.Now);
        peer.Host.Stack.EndReceive(peer.Now);
        Assert.Equal(3, connection.Available);
    }

    [Fact]
    public void AShortSegmentAcrossTheEdgeOfTheWindowQueuesWhatItAcknowledges()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen());
        connection.Settings.WindowClamp = 0;
        byte[] block = new byte[1460];
        int window = int.MaxValue;
        while (window >= block.Length)
        {
            peer.Send(TcpFlags.Ack | TcpFlags.Psh, block);
            peer.Sequence += block.Length;
            peer.Wire.Run(50 * VirtualWire.Millisecond);
            while (peer.Waiting > 0)
            {
                window = peer.Take().Window;
            }
        }

        Assert.InRange(window, 4, block.Length);
        byte[] fill = new byte[window - 3];
        peer.Send(TcpFlags.Ack | TcpFlags.Psh, fill);
        peer.Sequence += fill.Length;
        peer.Wire.Run(50 * VirtualWire.Millisecond);
        peer.Forget();
        int before = connection.Available;
        peer.Send(TcpFlags.Ack | TcpFlags.Psh, "0123456789"u8);
        int acknowledged = peer.Take(VirtualWire.Second).Acknowledgment - peer.Sequence;
        Assert.Equal(acknowledged, connection.Available - before);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 0)]
    [InlineData(10, 4)]
    [InlineData(10, 10)]
    [InlineData(10, 12)]
    public void TruncateKeepsTheFirstBytesWhereverTheyLie(int headers, int length)
    {
        RawPeer peer = new();
        byte[] all = [.. Enumerable.Range(1, headers).Select(value => (byte)value), 101, 102, 103];
        foreach (bool hasPages in (bool[])[false, true])
        {
            Assert.True(peer.Host.Pool.TryTakePacket(out PacketBuffer packet));
            packet.Prepend(all.AsSpan(0, headers));
            Assert.True(!hasPages || packet.TryWrite(all.AsSpan(headers)));
            int expected = Math.Min(length, hasPages ? all.Length : headers);
            packet.Truncate(length);
            byte[] left = new byte[all.Length];
            Assert.Equal(expected, packet.Length);
            Assert.Equal(expected, packet.Read(0, left));
            Assert.Equal(all[..expected], left[..expected]);
            packet.Release();
        }
    }

    private static void Inject(RawPeer peer, byte[] frame)
    {
        peer.Wire.Inject(frame, peer.Host);
        peer.Wire.Run(0);
    }

    private static byte[] Pad(byte[] frame)
    {
        byte[] padded = new byte[Math.Max(frame.Length, MinimumFrame)];
        frame.CopyTo(padded, 0);
        return padded;
    }
}
