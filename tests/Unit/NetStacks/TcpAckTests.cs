using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>How many acknowledgements go without data. The figures are those of Linux between two network name spaces (veth without offloads, the same sizes and pauses).</summary>
public sealed class TcpAckTests
{
    private readonly TcpPair _pair = new();
    private int _clientAcks;
    private int _serverAcks;

    [Theory]
    [InlineData(1, 1, 1, 1, 0, 0, 1, 0)]
    [InlineData(100, 100, 1, 1, 0, 0, 1, 0)]
    [InlineData(535, 535, 1, 1, 0, 0, 1, 0)]
    [InlineData(536, 536, 1, 1, 0, 0, 1, 0)]
    [InlineData(1000, 1000, 1, 1, 0, 0, 1, 0)]
    [InlineData(1448, 1448, 1, 1, 0, 0, 1, 0)]
    [InlineData(1449, 100, 1, 2, 0, 1, 1, 1)]
    [InlineData(2000, 2000, 2, 2, 1, 1, 1, 1)]
    [InlineData(2896, 100, 1, 2, 0, 1, 1, 1)]
    [InlineData(100, 2896, 2, 1, 1, 0, 1, 0)]
    public void Requests_and_responses_are_acknowledged_as_on_Linux(int request, int response, int clientFirst, int serverFirst, int clientLater, int serverLater, int clientIdle, int serverIdle)
    {
        Count();
        _pair.Wire.Bandwidth = 1_000_000_000; // segments come one by one
        (TcpConnection client, TcpConnection server) = _pair.Establish();
        for (int round = 0; round < 3; round++)
        {
            int first = round == 0 ? 0 : -1;
            for (int i = 0; i < 5; i++)
            {
                _clientAcks = _serverAcks = 0;
                Send(client, server, request);
                Send(server, client, response);
                (int, int) wanted = i > 0 ? (clientLater, serverLater) : first == 0 ? (clientFirst, serverFirst) : (clientIdle, serverIdle);
                Assert.Equal((round, i, wanted), (round, i, (_clientAcks, _serverAcks)));
            }

            _pair.Wire.Run(350 * VirtualWire.Millisecond);
        }
    }

    [Fact]
    public void A_request_in_small_pieces_does_not_wait_for_a_timer()
    {
        // Nagle holds each piece until the one before is acknowledged.
        (TcpConnection client, TcpConnection server) = _pair.Establish();
        ulong began = _pair.Now.Nanoseconds;
        for (int i = 0; i < 4; i++)
        {
            Send(client, server, 2, pieces: 2);
        }

        Assert.InRange(_pair.Now.Nanoseconds - began, 1UL, 20 * VirtualWire.Millisecond);
    }

    [Fact]
    public void A_program_may_ask_for_quick_acknowledgements_or_none()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), new TcpOptions { IsSackPermitted = true, SegmentSize = 1460 });
        Assert.True(connection.AcknowledgesQuickly);
        connection.SetQuickAck(0, peer.Now);
        Assert.False(connection.AcknowledgesQuickly);
        Push(peer);
        peer.TakeNothing(35 * VirtualWire.Millisecond);
        connection.SetQuickAck(2, peer.Now); // what is due goes, the next waits again
        Assert.Equal(peer.Sequence, peer.Take().Acknowledgment);
        Assert.False(connection.AcknowledgesQuickly);
        Push(peer);
        peer.TakeNothing(35 * VirtualWire.Millisecond);
        connection.SetQuickAck(1, peer.Now);
        Assert.Equal(peer.Sequence, peer.Take().Acknowledgment);
        Push(peer);
        Assert.Equal(peer.Sequence, peer.Take().Acknowledgment);
    }

    [Fact]
    public void The_delay_follows_the_peers_pace_and_quick_acknowledgements_run_out()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), new TcpOptions { IsSackPermitted = true, SegmentSize = 1460 });
        for (int i = 0; i < 16; i++)
        {
            Push(peer);
            Assert.Equal(peer.Sequence, peer.Take().Acknowledgment);
        }

        // Small segments that nobody reads: the delay begins at 40 ms and doubles when nothing carries the acknowledgement.
        Push(peer);
        peer.TakeNothing(35 * VirtualWire.Millisecond);
        Assert.Equal(peer.Sequence, peer.Take(10 * VirtualWire.Millisecond).Acknowledgment);
        Push(peer);
        peer.TakeNothing(30 * VirtualWire.Millisecond);
        Assert.Equal(peer.Sequence, peer.Take(60 * VirtualWire.Millisecond).Acknowledgment);

        // Reading all of it has it go at once, as the program does not answer.
        Push(peer);
        Push(peer);
        peer.TakeNothing();
        byte[] all = new byte[1000];
        connection.Receive(all, peer.Now, out _);
        peer.Wire.Run(0);
        Assert.Equal(peer.Sequence, peer.Take().Acknowledgment);
    }

    [Fact]
    public void An_end_is_acknowledged_with_ours_when_that_follows()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), new TcpOptions { IsSackPermitted = true, SegmentSize = 1460 });
        Push(peer);
        peer.Forget();
        peer.Send(TcpFlags.Ack | TcpFlags.Fin);
        peer.Sequence += 1;
        peer.TakeNothing(35 * VirtualWire.Millisecond);
        connection.Receive(new byte[10], peer.Now, out _);
        connection.Close(peer.Now);
        peer.Wire.Run(0);
        RawSegment end = peer.Take();
        Assert.Equal((TcpFlags.Ack | TcpFlags.Fin, peer.Sequence), (end.Flags, end.Acknowledgment));
        peer.TakeNothing(35 * VirtualWire.Millisecond);
    }

    private static void Push(RawPeer peer)
    {
        peer.Send(TcpFlags.Ack | TcpFlags.Psh, "ask"u8);
        peer.Sequence += 3;
    }

    private void Send(TcpConnection from, TcpConnection to, int length, int pieces = 1)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < pieces; i++)
        {
            int start = length * i / pieces;
            Assert.Equal(NetError.None, from.Send(bytes.AsSpan(start, (length * (i + 1) / pieces) - start), _pair.Now, out int sent));
            Assert.Equal((length * (i + 1) / pieces) - start, sent);
        }

        int received = 0;
        Assert.True(_pair.Wire.RunUntil(
            () =>
            {
                to.Receive(bytes, _pair.Now, out int got);
                received += got;
                return received == length;
            },
            VirtualWire.Second));
    }

    private void Count() => _pair.Wire.Tap = frame =>
    {
        const int Ip = 14;
        if (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12)) != EtherType.IPv4 || frame[Ip + 9] != IpProtocol.Tcp)
        {
            return;
        }

        int tcp = Ip + ((frame[Ip] & 0xf) * 4);
        int length = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(Ip + 2)) - (tcp - Ip) - ((frame[tcp + 12] >> 4) * 4);
        if (length == 0 && (TcpFlags)frame[tcp + 13] == TcpFlags.Ack)
        {
            _ = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(tcp)) == TcpPair.Port ? _serverAcks++ : _clientAcks++;
        }
    };
}
