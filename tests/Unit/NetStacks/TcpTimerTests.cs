using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>When segments are sent, sent again and given up.</summary>
public sealed class TcpTimerTests
{
    private static readonly TcpOptions s_sack = new() { IsSackPermitted = true, SegmentSize = 1460 };

    [Fact]
    public void Nagle_holds_a_second_small_segment_until_the_first_is_acknowledged()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen());
        connection.Send("a"u8, peer.Now, out _);
        connection.Send("b"u8, peer.Now, out _);
        connection.Send("c"u8, peer.Now, out _);
        Assert.Equal("a"u8.ToArray(), peer.Take().Data);
        peer.TakeNothing();
        peer.Acknowledgment += 1;
        peer.Send(TcpFlags.Ack);
        Assert.Equal("bc"u8.ToArray(), peer.Take().Data);
        connection.Settings.IsNoDelay = true;
        connection.Send("d"u8, peer.Now, out _);
        Assert.Equal("d"u8.ToArray(), peer.Take().Data);
    }

    [Fact]
    public void A_cork_holds_until_it_is_pulled_or_200_ms_have_passed()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_sack);
        connection.Settings.IsCorked = true;
        connection.Send("head"u8, peer.Now, out _);
        peer.TakeNothing(100 * VirtualWire.Millisecond);
        connection.Send(new byte[1460], peer.Now, out _);
        Assert.Equal(1460, peer.Take().Data.Length);
        peer.TakeNothing();
        connection.Settings.IsCorked = false;
        connection.Push(peer.Now);
        Assert.Equal(4, peer.Take().Data.Length);
        peer.Acknowledgment += 1464;
        peer.Send(TcpFlags.Ack);
        connection.Settings.IsCorked = true;
        connection.Send("late"u8, peer.Now, out _);
        peer.TakeNothing(150 * VirtualWire.Millisecond);
        Assert.Equal(4, peer.Take(100 * VirtualWire.Millisecond).Data.Length);
    }

    [Fact]
    public void Acknowledgements_wait_for_an_answer_to_carry_them()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_sack);
        peer.Send(TcpFlags.Ack | TcpFlags.Psh, "ask"u8);
        peer.Sequence += 3;
        Assert.Equal(peer.Sequence, peer.Take().Acknowledgment); // the first at once
        connection.Send("answer"u8, peer.Now, out _);
        Assert.Equal("answer"u8.ToArray(), peer.Take().Data);
        peer.Acknowledgment += 6;
        peer.Send(TcpFlags.Ack | TcpFlags.Psh, "ask"u8);
        peer.Sequence += 3;
        peer.TakeNothing();
        connection.Send("answer"u8, peer.Now, out _);
        RawSegment answer = peer.Take();
        Assert.Equal(peer.Sequence, answer.Acknowledgment);
        peer.TakeNothing(30 * VirtualWire.Millisecond);
        peer.Acknowledgment += 6;
        peer.Send(TcpFlags.Ack | TcpFlags.Psh, "ask"u8);
        peer.Sequence += 3;
        peer.TakeNothing(35 * VirtualWire.Millisecond);
        Assert.Equal(peer.Sequence, peer.Take(10 * VirtualWire.Millisecond).Acknowledgment);

        // Every second full segment is acknowledged at once.
        byte[] full = new byte[1460];
        peer.Send(TcpFlags.Ack, full);
        peer.Sequence += 1460;
        peer.Forget();
        peer.Send(TcpFlags.Ack, full);
        peer.Sequence += 1460;
        Assert.Equal(peer.Sequence, peer.Take().Acknowledgment);
    }

    [Fact]
    public void One_lost_segment_is_sent_again_after_three_SACKs_and_nothing_else()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_sack);
        connection.Send(new byte[14600], peer.Now, out _);
        SeqNo first = peer.Acknowledgment;
        for (int i = 0; i < 10; i++)
        {
            peer.Take();
        }

        for (int i = 2; i <= 4; i++)
        {
            peer.TakeNothing();
            TcpOptions options = new() { SackCount = 1 };
            options.Sacks[0] = new SackBlock(first + 1460, first + (1460 * i));
            peer.Wire.Run(VirtualWire.Millisecond);
            peer.Send(TcpFlags.Ack, options: options);
        }

        RawSegment again = peer.Take();
        Assert.Equal((first, 1460), (again.Sequence, again.Data.Length));
        peer.TakeNothing();
        Assert.Equal(3, connection.GetInfo(peer.Now).CongestionState);
        peer.Acknowledgment = first + 14600;
        peer.Send(TcpFlags.Ack);
        Assert.Equal((0, 1u), (connection.GetInfo(peer.Now).CongestionState, connection.GetInfo(peer.Now).TotalRetransmissions));
    }

    [Fact]
    public void Without_SACK_three_duplicates_do_the_same()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), new TcpOptions { SegmentSize = 1460 });
        connection.Send(new byte[14600], peer.Now, out _);
        SeqNo first = peer.Acknowledgment;
        peer.Forget();
        peer.Send(TcpFlags.Ack);
        peer.Send(TcpFlags.Ack);
        peer.TakeNothing();
        peer.Send(TcpFlags.Ack);
        Assert.Equal(first, peer.Take().Sequence);

        // A partial acknowledgement shows the next hole.
        peer.Acknowledgment = first + 2920;
        peer.Send(TcpFlags.Ack);
        Assert.Equal(first + 2920, peer.Take().Sequence);
        peer.Acknowledgment = first + 14600;
        peer.Send(TcpFlags.Ack);
        Assert.Equal(0, connection.GetInfo(peer.Now).CongestionState);
    }

    [Fact]
    public void A_lost_tail_is_probed_for_before_the_timeout()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_sack);
        connection.Send(new byte[4380], peer.Now, out _);
        SeqNo first = peer.Acknowledgment;
        peer.Forget();
        RawSegment probe = peer.Take(VirtualWire.Second);
        Assert.Equal(first + 2920, probe.Sequence);
        peer.Wire.Run(10 * VirtualWire.Millisecond);
        TcpOptions options = new() { SackCount = 1 };
        options.Sacks[0] = new SackBlock(first + 2920, first + 4380);
        peer.Send(TcpFlags.Ack, options: options);
        Assert.Equal(first, peer.Take(50 * VirtualWire.Millisecond).Sequence);
        Assert.Equal(4380, connection.Unacknowledged);
    }

    [Fact]
    public void Timeouts_double_and_the_connection_is_given_up_at_last()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen());
        connection.Send("anybody?"u8, peer.Now, out _);
        peer.Take();
        List<ulong> times = [];
        ulong last = peer.Now.Nanoseconds;
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(8, peer.Take(20 * VirtualWire.Second).Data.Length);
            times.Add((peer.Now.Nanoseconds - last) / VirtualWire.Millisecond);
            last = peer.Now.Nanoseconds;
        }

        Assert.Equal([200UL, 400, 800, 1600, 3200], times);
        peer.Wire.Run(2000 * VirtualWire.Second);
        Assert.Equal((TcpState.Closed, NetError.TimedOut), (connection.State, connection.TakeError()));
    }

    [Fact]
    public void TCP_USER_TIMEOUT_gives_up_sooner()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen());
        connection.Settings.UserTimeout = 3 * VirtualWire.Second;
        connection.Send("anybody?"u8, peer.Now, out _);
        peer.Wire.Run(8 * VirtualWire.Second);
        Assert.Equal((TcpState.Closed, NetError.TimedOut), (connection.State, connection.TakeError()));
    }

    [Fact]
    public void Keep_alive_finds_a_dead_peer_and_leaves_a_living_one()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen());
        connection.Settings.KeepsAlive = true;
        connection.Settings.KeepIdle = 60 * VirtualWire.Second;
        connection.Settings.KeepInterval = 10 * VirtualWire.Second;
        connection.Settings.KeepCount = 3;
        connection.SettingsChanged(peer.Now);
        peer.TakeNothing(59 * VirtualWire.Second);
        RawSegment probe = peer.Take(2 * VirtualWire.Second);
        Assert.Equal((peer.Acknowledgment - 1, 0), (probe.Sequence, probe.Data.Length));
        peer.Send(TcpFlags.Ack);
        peer.TakeNothing(59 * VirtualWire.Second);
        peer.Take(2 * VirtualWire.Second);
        peer.Take(11 * VirtualWire.Second);
        peer.Take(11 * VirtualWire.Second);
        Assert.Equal(TcpState.Established, connection.State);
        Assert.True((peer.Take(11 * VirtualWire.Second).Flags & TcpFlags.Rst) != 0);
        Assert.Equal((TcpState.Closed, NetError.TimedOut), (connection.State, connection.TakeError()));
    }

    [Fact]
    public void With_a_user_timeout_probes_go_on_until_it_ends()
    {
        const int Probes = 600;
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen());
        connection.Settings.KeepsAlive = true;
        connection.Settings.KeepIdle = VirtualWire.Second;
        connection.Settings.KeepInterval = VirtualWire.Second;
        connection.Settings.KeepCount = 3;
        connection.Settings.UserTimeout = Probes * VirtualWire.Second;
        connection.SettingsChanged(peer.Now);
        for (int i = 1; i < Probes; i++)
        {
            Assert.Equal(TcpFlags.Ack, peer.Take(2 * VirtualWire.Second).Flags);
        }

        Assert.True((peer.Take(2 * VirtualWire.Second).Flags & TcpFlags.Rst) != 0);
        Assert.Equal((TcpState.Closed, NetError.TimedOut), (connection.State, connection.TakeError()));
    }

    [Fact]
    public void An_idle_connection_has_no_timer()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen());
        peer.Wire.Run(120 * VirtualWire.Second);
        Assert.True(peer.Host.Stack.NextDeadline.IsNever);
        Assert.Equal(TcpState.Established, connection.State);
    }

    [Fact]
    public void TCP_DEFER_ACCEPT_waits_for_data()
    {
        RawPeer peer = new();
        TcpListener listener = peer.Listen(prepare: c => c.Settings.DeferAcceptSeconds = 5);
        peer.Send(TcpFlags.Syn);
        peer.Acknowledgment = peer.Take(VirtualWire.Second).Sequence + 1;
        peer.Sequence += 1;
        peer.Send(TcpFlags.Ack);
        Assert.Null(listener.Accept(peer.Now));
        peer.Send(TcpFlags.Ack, "GET"u8);
        Assert.Equal(3, listener.Accept(peer.Now)!.Available);
    }

    [Fact]
    public void A_router_that_wants_smaller_packets_gets_them()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(peer.Listen(), s_sack);
        connection.Send(new byte[2920], peer.Now, out _);
        SeqNo first = peer.Acknowledgment;
        Assert.Equal(1460, peer.Take().Data.Length);
        peer.Forget();
        peer.SendFragmentationNeeded(first, 1000);
        Assert.Equal((first, 960), (peer.Waiting > 0 ? peer.Peek().Sequence : default, peer.Peek().Data.Length));
        peer.Forget();

        // One about numbers that are not on their way is forged.
        peer.SendFragmentationNeeded(first - 5000, 600);
        peer.TakeNothing();
        Assert.Equal(960u, connection.GetInfo(peer.Now).SendSegmentSize);
    }

    [Fact]
    public void A_path_that_swallows_large_packets_is_found_out()
    {
        TcpPair pair = new();
        pair.Wire.Faults = new Faults(1) { Loses = frame => frame.Length > 1300 };
        (TcpConnection client, TcpConnection server) = pair.Establish();
        pair.Transfer(client, server, 100_000);
    }

    [Fact]
    public void A_delay_that_looks_like_loss_is_taken_back()
    {
        TcpPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Establish();
        pair.Transfer(client, server, 300_000);
        uint before = client.GetInfo(pair.Now).CongestionWindow;
        pair.Wire.Delay = 120 * VirtualWire.Millisecond;
        pair.Transfer(client, server, 50_000);
        TcpInfo info = client.GetInfo(pair.Now);
        Assert.True(info.TotalRetransmissions > 0, "nothing was sent again");
        Assert.InRange(info.CongestionWindow, before, uint.MaxValue);
    }

    [Fact]
    public void The_window_grows_to_what_the_path_carries()
    {
        TcpPair pair = new(NetDeviceFeatures.SendChecksum | NetDeviceFeatures.SegmentV4);
        pair.Wire.Delay = 20 * VirtualWire.Millisecond;
        pair.Wire.Bandwidth = 100_000_000;
        (TcpConnection client, TcpConnection server) = pair.Establish();
        ulong start = pair.Now.Nanoseconds;
        pair.Transfer(client, server, 20_000_000);
        ulong took = pair.Now.Nanoseconds - start;

        // 20 MB on 100 Mbit/s take 1.6 seconds at best.
        Assert.InRange(took, 0UL, 3 * VirtualWire.Second);
    }

    [Fact]
    public void SO_REUSEPORT_spreads_connections()
    {
        TcpPair pair = new();
        TcpListener first = pair.Listen(prepare: c => c.ReusesPort = true);
        TcpListener second = pair.Listen(prepare: c => c.ReusesPort = true);
        for (int i = 0; i < 60; i++)
        {
            pair.Connect();
        }

        pair.Wire.Run(3 * VirtualWire.Second);
        Assert.Equal(60, first.Waiting + second.Waiting);
        Assert.InRange(first.Waiting, 12, 48);
    }
}
