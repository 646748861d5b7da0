using System;
using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>Peers that flood, lie or stall.</summary>
public sealed class TcpHostileTests
{
    [Fact]
    public void A_client_is_served_through_a_SYN_flood()
    {
        TcpPair pair = new(options: new NetStackOptions { SynLimit = 64 });
        TcpListener listener = pair.Listen();
        RawPeer.Flood(pair, 2000);
        Assert.Equal(64, pair.B.Stack.Tcp.HalfOpenCount);
        Assert.True(pair.B.Stack.Tcp.CookiesSent > 1900);
        TcpConnection client = pair.Connect();
        TcpConnection server = pair.Accept(listener);
        Assert.Equal(1UL, pair.B.Stack.Tcp.CookiesAccepted);
        RawPeer.Flood(pair, 500);
        pair.Transfer(client, server, 200_000);
        pair.Transfer(server, client, 200_000);
        TcpInfo info = server.GetInfo(pair.Now);
        Assert.True(info.UsesSack && info.UsesScaling && info.UsesTimestamps, "the cookie has lost an option");
        pair.CloseBoth(client, server);
        listener.Close(pair.Now);
        pair.CheckNothingLeft();
    }

    [Fact]
    public void A_forged_cookie_opens_nothing()
    {
        RawPeer peer = new(new NetStackOptions { SynLimit = 1 });
        TcpListener listener = peer.Listen();
        peer.Send(TcpFlags.Syn);
        peer.Take(VirtualWire.Second);
        peer.Port++;
        peer.Send(TcpFlags.Syn);
        SeqNo cookie = peer.Take().Sequence;
        peer.Send(TcpFlags.Ack, sequence: peer.Sequence + 1, acknowledgment: cookie + 2);
        Assert.Equal(TcpFlags.Rst, peer.Take().Flags);
        peer.Port++;
        peer.Send(TcpFlags.Ack, sequence: peer.Sequence + 1, acknowledgment: cookie + 1);
        Assert.Equal(TcpFlags.Rst, peer.Take().Flags);
        Assert.Null(listener.Accept(peer.Now));
        peer.Port--;
        peer.Wire.Run(180 * VirtualWire.Second);
        peer.Forget();
        peer.Send(TcpFlags.Ack, sequence: peer.Sequence + 1, acknowledgment: cookie + 1);
        Assert.Equal(TcpFlags.Rst, peer.Take(VirtualWire.Second).Flags);
    }

    [Fact]
    public void A_full_queue_makes_clients_wait_not_fail()
    {
        TcpPair pair = new();
        TcpListener listener = pair.Listen(backlog: 2);
        List<TcpConnection> clients = [];
        for (int i = 0; i < 8; i++)
        {
            clients.Add(pair.Connect());
        }

        pair.Wire.Run(VirtualWire.Second / 2);
        Assert.Equal(3, listener.Waiting);
        int accepted = 0;
        Assert.True(pair.Wire.RunUntil(
            () =>
            {
                accepted += listener.Accept(pair.Now) != null ? 1 : 0;
                return accepted == 8;
            },
            60 * VirtualWire.Second));
        Assert.All(clients, client => Assert.Equal(TcpState.Established, client.State));
    }

    [Fact]
    public void A_program_that_accepts_late_still_finds_its_clients()
    {
        TcpPair pair = new();
        TcpListener listener = pair.Listen(backlog: 2);
        for (int i = 0; i < 8; i++)
        {
            pair.Connect();
        }

        pair.Wire.Run(9 * VirtualWire.Second);
        int accepted = 0;
        Assert.True(pair.Wire.RunUntil(
            () =>
            {
                accepted += listener.Accept(pair.Now) != null ? 1 : 0;
                return accepted == 8;
            },
            60 * VirtualWire.Second));
    }

    [Fact]
    public void A_slow_reader_stops_the_sender_and_starts_it_again()
    {
        TcpPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Establish();
        byte[] data = new byte[2_000_000];
        new Random(5).NextBytes(data);
        int sent = 0;
        pair.Wire.RunUntil(
            () =>
            {
                client.Send(data.AsSpan(sent), pair.Now, out int count);
                sent += count;
                return false;
            },
            30 * VirtualWire.Second);
        Assert.Equal(0u, client.GetInfo(pair.Now).SendWindow);
        int full = server.Available;
        Assert.InRange(full, 30_000, 200_000);
        int probes = pair.Wire.Frames;
        pair.Wire.Run(600 * VirtualWire.Second);
        Assert.InRange(pair.Wire.Frames - probes, 4, 40);
        Assert.Equal(TcpState.Established, client.State);
        byte[] arrived = new byte[data.Length];
        int received = 0;
        for (int i = 0; i < 4000 && received < data.Length; i++)
        {
            client.Send(data.AsSpan(sent), pair.Now, out int count);
            sent += count;
            server.Receive(arrived.AsSpan(received, Math.Min(arrived.Length - received, 3000)), pair.Now, out int got);
            received += got;
            pair.Wire.Run(10 * VirtualWire.Millisecond);
        }

        pair.Check(received == data.Length, "the slow reader never gets all");
        Assert.Equal(data, arrived);
    }

    [Fact]
    public void A_lost_window_update_is_found_out_by_a_probe()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen());
        peer.Send(TcpFlags.Ack, window: 0);
        Assert.Equal(NetError.None, connection.Send("data"u8, peer.Now, out _));
        peer.TakeNothing();
        RawSegment probe = peer.Take(2 * VirtualWire.Second);
        Assert.Equal((peer.Acknowledgment - 1, 0), (probe.Sequence, probe.Data.Length));
        peer.Send(TcpFlags.Ack, window: 0);
        probe = peer.Take(10 * VirtualWire.Second);
        Assert.Empty(probe.Data);
        peer.Send(TcpFlags.Ack, window: 100);
        Assert.Equal("data"u8.ToArray(), peer.Take().Data);
    }

    [Fact]
    public void Data_beyond_the_window_is_not_taken()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(prepare: c =>
        {
            c.Settings.ReceiveBuffer = 8192;
            c.Settings.IsReceiveBufferFixed = true;
        }));
        byte[] data = new byte[1400];
        for (int i = 0; i < 20; i++)
        {
            peer.Send(TcpFlags.Ack, data, sequence: peer.Sequence + (i * data.Length));
        }

        Assert.Equal(4096, connection.Available);

        // Behind the window nothing is kept either, and everything out of order within is bounded.
        peer.Send(TcpFlags.Ack, data, sequence: peer.Sequence + 1_000_000);
        Assert.Equal(4096, connection.Available);
    }

    [Fact]
    public void Holes_without_end_take_no_memory_without_end()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), new TcpOptions { IsSackPermitted = true, HasWindowScale = true, WindowScale = 7, SegmentSize = 1460 });
        int before = peer.Host.Pool.UsedPages;
        for (int i = 0; i < 20_000; i++)
        {
            peer.Wire.Inject(peer.Frame(TcpFlags.Ack, "x"u8, peer.Sequence + 1 + (i * 2), peer.Acknowledgment, default, 1000), peer.Host);
        }

        peer.Wire.Run(0);
        Assert.InRange(peer.Host.Pool.UsedPages - before, 1, 400);
        peer.Forget();
        peer.Send(TcpFlags.Rst);
        Assert.Equal(TcpState.Closed, connection.State);
        Assert.InRange(peer.Host.Pool.UsedPages, 0, before);
        Assert.Equal(0, peer.Host.Pool.UsedPackets);
    }

    [Fact]
    public void SACKs_of_what_was_never_sent_change_nothing()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), new TcpOptions { IsSackPermitted = true, SegmentSize = 1460 });
        byte[] data = new byte[14600];
        new Random(1).NextBytes(data);
        connection.Send(data, peer.Now, out int sent);
        Assert.Equal(data.Length, sent);
        SeqNo first = peer.Acknowledgment;
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(1460, peer.Take().Data.Length);
        }

        Span<SackBlock> lies =
        [
            new(first + 100_000, first + 200_000), new(first + 20, first + 10), new(first - 1000, first - 500), new(first, first + 2_000_000_000), new(first, first), new(first - 10, first + 50),
        ];
        foreach (SackBlock lie in lies)
        {
            TcpOptions options = new() { SackCount = 2 };
            options.Sacks[0] = lie;
            options.Sacks[1] = lie;
            peer.Send(TcpFlags.Ack, options: options);
        }

        peer.TakeNothing();
        Assert.Equal(0u, connection.GetInfo(peer.Now).Sacked);
        Assert.Equal(data.Length, connection.Unacknowledged);

        // All of it SACKed but never acknowledged: a peer that threw it away must get it once more.
        TcpOptions all = new() { SackCount = 1 };
        all.Sacks[0] = new SackBlock(first, first + data.Length);
        peer.Send(TcpFlags.Ack, options: all);
        RawSegment again = peer.Take(5 * VirtualWire.Second);
        Assert.Equal(first, again.Sequence);
        Assert.Equal(data[..again.Data.Length], again.Data);
    }

    [Fact]
    public void Optimistic_and_divided_acknowledgements_gain_little()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), new TcpOptions { SegmentSize = 1460 });
        byte[] data = new byte[100_000];
        connection.Send(data, peer.Now, out _);
        uint before = connection.GetInfo(peer.Now).CongestionWindow;
        for (int i = 1; i <= 1460; i++)
        {
            peer.Send(TcpFlags.Ack, acknowledgment: peer.Acknowledgment + i);
        }

        // Each byte counts once however often it is acknowledged (RFC 3465).
        Assert.InRange(connection.GetInfo(peer.Now).CongestionWindow, before, before + 1);
        peer.Forget();
        peer.Wire.Run(VirtualWire.Second / 100);
        peer.Send(TcpFlags.Ack, acknowledgment: peer.Acknowledgment + 500_000);
        Assert.Equal(TcpState.Established, connection.State);
    }

    [Fact]
    public void Tiny_segment_sizes_and_wild_options_are_survived()
    {
        RawPeer peer = new();
        TcpListener listener = peer.Listen();
        foreach (ushort size in (ReadOnlySpan<ushort>)[1, 10, 47, 65535])
        {
            TcpConnection connection = peer.Open(listener, new TcpOptions { SegmentSize = size, HasWindowScale = true, WindowScale = 14, IsSackPermitted = true, HasTimestamps = true, TimestampValue = 7 });
            connection.Send(new byte[500], peer.Now, out int sent);
            Assert.Equal(500, sent);
            Assert.InRange(peer.Take().Data.Length, 1, 1460);
            peer.Send(TcpFlags.Rst);
            Assert.Equal(TcpState.Closed, connection.State);
            peer.Forget();
            peer.Port++;
        }
    }

    [Fact]
    public void Old_timestamps_are_turned_away()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), new TcpOptions { HasTimestamps = true, TimestampValue = 5000 });
        peer.Send(TcpFlags.Ack, "new"u8, options: new TcpOptions { HasTimestamps = true, TimestampValue = 6000, TimestampEcho = 1 });
        peer.Sequence += 3;
        Assert.Equal(3, connection.Available);
        peer.Forget();
        peer.Send(TcpFlags.Ack, "old"u8, options: new TcpOptions { HasTimestamps = true, TimestampValue = 5500, TimestampEcho = 1 });
        Assert.Equal(3, connection.Available);
        Assert.Equal(peer.Sequence, peer.Take().Acknowledgment);
    }
}
