using System;
using System.Collections.Generic;
using System.Linq;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>Urgent data (RFC 9293, 3.8.5; RFC 6093): the pointer on the wire, the byte apart, the mark; and peers that lie about it. What programs see is compared with Linux in tests/Guest/c/urgent.c.</summary>
public sealed class TcpUrgentTests
{
    private const NetDeviceFeatures Offload = NetDeviceFeatures.SendChecksum | NetDeviceFeatures.SegmentV4 | NetDeviceFeatures.SegmentV6;

    private static readonly TcpOptions s_options = new() { IsSackPermitted = true, SegmentSize = 1460 };

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31 + (i >> 8)))];

    private static byte? Take(TcpConnection connection, bool isPeeking = false)
    {
        Assert.Equal(NetError.None, connection.TakeUrgent(isPeeking, out byte? urgent));
        return urgent;
    }

    private static void SendUrgent(TcpConnection connection, ReadOnlySpan<byte> data, Mote.Machine.Instant now)
    {
        // Queued as the sockets layer does, so that the pointer is known before anything goes.
        while (!data.IsEmpty)
        {
            Assert.Equal(NetError.None, connection.PrepareSend(out PacketPart room));
            int count = Math.Min(room.Length, data.Length);
            connection.Stack.Pool.FrameOf(room.Page).Write(room.Offset, data[..count]);
            connection.CommitSend(count);
            data = data[count..];
        }

        connection.MarkUrgent();
        connection.Push(now);
    }

    [Fact]
    public void The_pointer_names_the_number_behind_the_byte_on_each_segment_up_to_it()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_options);
        SendUrgent(connection, Pattern(4000), peer.Now);
        Assert.Equal(NetError.None, connection.Send("behind"u8, peer.Now, out _));
        SeqNo end = peer.Acknowledgment + 4000;
        foreach (int length in (ReadOnlySpan<int>)[1460, 1460, 1080])
        {
            RawSegment segment = peer.Take();
            Assert.Equal(length, segment.Data.Length);
            Assert.True((segment.Flags & TcpFlags.Urg) != 0);
            Assert.Equal(end, segment.Sequence + segment.UrgentPointer);
        }

        RawSegment behind = peer.Take();
        Assert.Equal("behind"u8.ToArray(), behind.Data);
        Assert.Equal((TcpFlags.None, (ushort)0), (behind.Flags & TcpFlags.Urg, behind.UrgentPointer));

        // Acknowledged, it is over.
        peer.Send(TcpFlags.Ack, acknowledgment: end + 6);
        connection.Send("more"u8, peer.Now, out _);
        Assert.Equal(TcpFlags.None, peer.Take().Flags & TcpFlags.Urg);
    }

    [Fact]
    public void Urgent_data_does_not_wait_for_more()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(prepare: c => c.Settings.IsCorked = true), s_options);
        connection.Send("corked"u8, peer.Now, out _);
        peer.TakeNothing();
        SendUrgent(connection, "!"u8, peer.Now);
        RawSegment segment = peer.Take();
        Assert.Equal("corked!"u8.ToArray(), segment.Data);
        Assert.Equal(7, segment.UrgentPointer);
    }

    [Fact]
    public void A_retransmission_carries_the_pointer_too()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_options);
        SendUrgent(connection, "first!"u8, peer.Now);
        RawSegment first = peer.Take();
        for (int i = 0; i < 3; i++)
        {
            RawSegment again = peer.Take(10 * VirtualWire.Second);
            Assert.Equal((first.Sequence, 6, (ushort)6), (again.Sequence, again.Data.Length, again.UrgentPointer));
            Assert.True((again.Flags & TcpFlags.Urg) != 0);
        }

        // A part of it acknowledged: the pointer counts from what is left.
        peer.Send(TcpFlags.Ack, acknowledgment: peer.Acknowledgment + 2);
        RawSegment rest = peer.Take(10 * VirtualWire.Second);
        Assert.Equal(("rst!", (ushort)4), (System.Text.Encoding.ASCII.GetString(rest.Data), rest.UrgentPointer));
    }

    [Fact]
    public void A_closed_window_does_not_keep_the_pointer_back()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_options);
        peer.Send(TcpFlags.Ack, window: 0);
        SendUrgent(connection, "stuck!"u8, peer.Now);
        peer.TakeNothing();

        // The probe is one that the peer must accept: at the number that it expects. The usual one follows.
        RawSegment probe = peer.Take(2 * VirtualWire.Second);
        Assert.Equal((peer.Acknowledgment, 0, (ushort)6), (probe.Sequence, probe.Data.Length, probe.UrgentPointer));
        Assert.True((probe.Flags & TcpFlags.Urg) != 0);
        Assert.Equal(peer.Acknowledgment - 1, peer.Take().Sequence);
        peer.Send(TcpFlags.Ack, window: 1000);
        RawSegment sent = peer.Take();
        Assert.Equal(("stuck!", (ushort)6), (System.Text.Encoding.ASCII.GetString(sent.Data), sent.UrgentPointer));
    }

    [Fact]
    public void A_pointer_further_away_than_can_be_said_is_told_as_far_as_can_be()
    {
        RawPeer peer = new() { Window = 65535 };
        TcpConnection connection = peer.Open(
            peer.Listen(prepare: c =>
            {
                c.Settings.SendBuffer = 400_000;
                c.Settings.IsSendBufferFixed = true;
            }),
            s_options);
        SendUrgent(connection, Pattern(100_000), peer.Now);
        SeqNo end = peer.Acknowledgment + 100_000;
        bool hasFar = false;
        bool hasNear = false;
        while (peer.Acknowledgment < end)
        {
            RawSegment segment = peer.Take(5 * VirtualWire.Second);
            int distance = end - segment.Sequence;
            Assert.True((segment.Flags & TcpFlags.Urg) != 0);
            Assert.Equal(Math.Min(distance, 0xffff), segment.UrgentPointer);
            hasFar |= distance > 0xffff;
            hasNear |= distance <= 0xffff;
            Assert.Equal(peer.Acknowledgment, segment.Sequence);
            peer.Acknowledgment += segment.Data.Length;
            peer.Send(TcpFlags.Ack);
        }

        Assert.True(hasFar && hasNear);
    }

    public static TheoryData<bool, bool, double, double, int> Grid
    {
        get
        {
            TheoryData<bool, bool, double, double, int> grid = [];
            int seed = 0;
            foreach (bool isInline in (bool[])[false, true])
            {
                foreach (bool hasOffload in (bool[])[false, true])
                {
                    grid.Add(isInline, hasOffload, 0, 0, ++seed);
                    grid.Add(isInline, hasOffload, 0.1, 0, ++seed);
                    grid.Add(isInline, hasOffload, 0.02, 0.2, ++seed);
                }
            }

            return grid;
        }
    }

    [Theory]
    [MemberData(nameof(Grid))]
    public void The_mark_stands_where_it_was_set_whatever_the_wire_does(bool isInline, bool hasOffload, double loss, double reordering, int seed)
    {
        TcpPair pair = new(hasOffload ? Offload : NetDeviceFeatures.None);
        pair.Wire.Faults = new Faults(seed) { Loss = loss, Reordering = reordering };
        (TcpConnection client, TcpConnection server) = pair.Establish(prepareListener: c => c.Settings.IsUrgentInline = isInline);
        UrgentObserver observer = new();
        server.Observer = observer;
        for (int round = 0; round < 6; round++)
        {
            byte[] data = Pattern(1 + (round * 9973));
            pair.Check(pair.Wire.RunUntil(() => client.Unacknowledged == 0), "what was sent is not acknowledged");
            int sent = 0;
            pair.Check(
                pair.Wire.RunUntil(() =>
                {
                    NetError error = client.Send(data.AsSpan(sent, data.Length - sent), pair.Now, out int count);
                    pair.Check(error is NetError.None or NetError.WouldBlock, "sending fails");
                    sent += count;
                    return sent == data.Length;
                }),
                "not all can be sent");
            SendUrgent(client, [(byte)('A' + round)], pair.Now);
            client.Send("behind"u8, pair.Now, out _);

            // Everything up to the mark.
            List<byte> before = [];
            byte[] chunk = new byte[777];
            pair.Check(
                pair.Wire.RunUntil(() =>
                {
                    while (!server.IsAtMark && ReadToMark(server, chunk, pair.Now) is int count && count > 0)
                    {
                        before.AddRange(chunk.AsSpan(0, count));
                    }

                    return server.IsAtMark && (server.Readiness & NetEvents.Urgent) != 0 && server.Available == 7;
                }),
                "the mark does not come");
            Assert.Equal(data, before);
            if (isInline)
            {
                Assert.Equal(NetError.InvalidArgument, server.TakeUrgent(isPeeking: false, out _));
                Assert.Equal(7, server.AvailableToMark);
            }
            else
            {
                Assert.Equal((byte)('A' + round), Take(server));
                Assert.Equal(NetError.InvalidArgument, server.TakeUrgent(isPeeking: false, out _));
                Assert.Equal(0, server.AvailableToMark);
            }

            Assert.Equal(NetError.None, server.Receive(chunk.AsSpan(0, 7), pair.Now, out int got));
            Assert.Equal(7, got);
            Assert.Equal([(byte)('A' + round), .. "behind"u8], chunk[..7]);
            Assert.False(server.IsAtMark);
            Assert.Equal(NetEvents.None, server.Readiness & (NetEvents.Urgent | NetEvents.Readable));
        }

        Assert.Equal(6, observer.Pointers);
        pair.CloseBoth(client, server);
        pair.CheckNothingLeft();
    }

    [Fact]
    public void A_zero_window_is_told_of_urgent_data_and_gets_it_later()
    {
        TcpPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Establish(prepareListener: c =>
        {
            c.Settings.ReceiveBuffer = 8192;
            c.Settings.IsReceiveBufferFixed = true;
        });
        UrgentObserver observer = new();
        server.Observer = observer;
        byte[] data = Pattern(4096);
        Assert.Equal(NetError.None, client.Send(data, pair.Now, out int sent));
        Assert.Equal(data.Length, sent);
        pair.Check(pair.Wire.RunUntil(() => client.GetInfo(pair.Now).SendWindow == 0), "the window does not close");
        SendUrgent(client, "!"u8, pair.Now);
        pair.Check(pair.Wire.RunUntil(() => observer.Pointers == 1), "the pointer does not come");
        Assert.Equal(4096, server.Available);
        Assert.Equal(NetError.WouldBlock, server.TakeUrgent(isPeeking: false, out _));
        Assert.Equal(NetEvents.None, server.Readiness & NetEvents.Urgent);
        byte[] read = new byte[4096];
        Assert.Equal(NetError.None, server.Receive(read, pair.Now, out int got));
        Assert.Equal(4096, got);
        Assert.True(server.IsAtMark);
        pair.Check(pair.Wire.RunUntil(() => (server.Readiness & NetEvents.Urgent) != 0), "the byte does not come");
        Assert.Equal((byte)'!', Take(server));
        Assert.Equal(1, observer.Pointers);
        pair.CloseBoth(client, server);
        pair.CheckNothingLeft();
    }

    [Fact]
    public void Pointers_that_lie_change_nothing_of_the_stream()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_options);
        UrgentObserver observer = new();
        connection.Observer = observer;

        // Far ahead, further ahead with every segment, none at all, and back again.
        Assert.Equal(NetError.InvalidArgument, connection.TakeUrgent(isPeeking: false, out _));
        foreach (int pointer in (ReadOnlySpan<int>)[0x8000, 0xffff, 0xffff, 100, 1])
        {
            peer.Send(TcpFlags.Ack | TcpFlags.Urg, "data"u8, urgent: (ushort)pointer);
            peer.Sequence += 4;
            Assert.Equal(NetError.WouldBlock, connection.TakeUrgent(isPeeking: false, out _));
        }

        Assert.Equal(3, observer.Pointers);
        Assert.Equal(20, connection.Available);
        Assert.Equal(20, connection.AvailableToMark);
        Assert.False(connection.IsAtMark);
        byte[] read = new byte[64];
        Assert.Equal(NetError.None, connection.Receive(read, peer.Now, out int got));
        Assert.Equal(20, got);

        // The stream ends before the byte.
        peer.Send(TcpFlags.Ack | TcpFlags.Fin);
        peer.Sequence += 1;
        Assert.Equal(NetError.None, connection.TakeUrgent(isPeeking: false, out byte? urgent));
        Assert.Null(urgent);
        Assert.Equal(NetError.None, connection.Receive(read, peer.Now, out got));
        Assert.Equal(0, got);
    }

    [Fact]
    public void A_pointer_behind_what_is_there_already_is_passed_over()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_options);
        UrgentObserver observer = new();
        connection.Observer = observer;
        peer.Send(TcpFlags.Ack, "0123456789"u8);
        peer.Sequence += 10;
        peer.Send(TcpFlags.Ack | TcpFlags.Urg, sequence: peer.Sequence - 1, urgent: 1);
        peer.Send(TcpFlags.Ack | TcpFlags.Urg, "56789"u8, sequence: peer.Sequence - 5, urgent: 3);
        Assert.Equal(0, observer.Pointers);
        Assert.False(connection.HasUrgent);

        // Zero is taken as one.
        peer.Send(TcpFlags.Ack | TcpFlags.Urg, "ab"u8, urgent: 0);
        peer.Sequence += 2;
        Assert.Equal((byte)'a', Take(connection, isPeeking: true));
        Assert.Equal(10, connection.AvailableToMark);

        // The same once more is no news.
        peer.Send(TcpFlags.Ack | TcpFlags.Urg, "ab"u8, sequence: peer.Sequence - 2, urgent: 0);
        Assert.Equal(1, observer.Pointers);
        Assert.Equal((byte)'a', Take(connection));
    }

    [Fact]
    public void An_urgent_byte_overtakes_what_was_lost_before_it()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_options);
        UrgentObserver observer = new();
        connection.Observer = observer;
        peer.Send(TcpFlags.Ack | TcpFlags.Urg, "cd!"u8, sequence: peer.Sequence + 2, urgent: 3);
        Assert.Equal(NetEvents.Urgent, observer.Seen);
        Assert.Equal(NetEvents.Urgent, connection.Readiness & (NetEvents.Urgent | NetEvents.Readable));
        Assert.Equal((byte)'!', Take(connection));
        peer.Send(TcpFlags.Ack, "ab"u8);
        Assert.Equal((5, 4), (connection.Available, connection.AvailableToMark));
    }

    [Fact]
    public void A_pointer_that_comes_alone_waits_for_its_byte_on_a_segment_without_one()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_options);
        UrgentObserver observer = new();
        connection.Observer = observer;
        peer.Send(TcpFlags.Ack | TcpFlags.Urg, urgent: 3);
        Assert.Equal(1, observer.Pointers);
        Assert.Equal(NetError.WouldBlock, connection.TakeUrgent(isPeeking: false, out _));
        peer.Send(TcpFlags.Ack, "ab"u8);
        peer.Sequence += 2;
        Assert.Equal(NetError.WouldBlock, connection.TakeUrgent(isPeeking: false, out _));
        peer.Send(TcpFlags.Ack, "!c"u8);
        Assert.Equal((byte)'!', Take(connection));
        Assert.Equal((4, 2), (connection.Available, connection.AvailableToMark));
    }

    [Fact]
    public void A_segment_that_may_not_be_looked_at_has_no_say()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_options);
        UrgentObserver observer = new();
        connection.Observer = observer;
        peer.Send(TcpFlags.Ack | TcpFlags.Urg, "x"u8, sequence: peer.Sequence + 1_000_000, urgent: 1);
        peer.Send(TcpFlags.Ack | TcpFlags.Urg, "x"u8, acknowledgment: peer.Acknowledgment + 1_000_000, urgent: 1);
        peer.Send(TcpFlags.Urg, "x"u8, urgent: 1);
        peer.Send(TcpFlags.Ack | TcpFlags.Urg | TcpFlags.Syn, "x"u8, urgent: 1);
        Assert.Equal(0, observer.Pointers);
        Assert.False(connection.HasUrgent);
        Assert.Equal(TcpState.Established, connection.State);
    }

    [Fact]
    public void What_was_not_read_does_not_come_up_on_the_sockets_next_connection()
    {
        TcpPair pair = new();
        TcpListener listener = pair.Listen();
        TcpConnection client = pair.Connect();
        TcpConnection server = pair.Accept(listener);
        SendUrgent(server, "old"u8, pair.Now);
        pair.Check(pair.Wire.RunUntil(() => client.Available == 3), "the data does not come");
        client.Disconnect(pair.Now);
        Assert.Equal((0, false), (client.Available, client.HasUrgent));
        Assert.Equal(NetError.ConnectionReset, client.TakeError());
        pair.Wire.Run(VirtualWire.Second);
        Assert.Equal(NetError.InProgress, client.Connect(new EndpointAddress(pair.AddressOf(pair.B), TcpPair.Port), pair.Now));
        TcpConnection second = pair.Accept(listener);
        pair.Transfer(second, client, 1000);
        pair.CloseBoth(client, second);
        server.Close(pair.Now);
        listener.Close(pair.Now);
        pair.CheckNothingLeft();
    }

    /// <summary>Reads as recv(2) does: no further than to the mark.</summary>
    private static int ReadToMark(TcpConnection connection, Span<byte> to, Mote.Machine.Instant now)
    {
        int count = Math.Min(Math.Min(to.Length, connection.Available), connection.ToMark(0));
        if (count <= 0)
        {
            return 0;
        }

        Assert.Equal(NetError.None, connection.Receive(to[..count], now, out int got));
        return got;
    }
}
