using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>What an operator sets below /proc/sys/net while the stack runs holds from then on. What programs see is compared with Linux in tests/Guest/c/netsettings.c.</summary>
public sealed class StackSettingsTests
{
    [Fact]
    public void Without_cookies_a_SYN_for_which_there_is_no_room_is_dropped()
    {
        NetStackOptions options = new() { SynCookieUse = SynCookieUse.Never };
        TcpPair pair = new(options: options);
        TcpListener listener = pair.Listen();
        RawPeer.Flood(pair, 2000);
        Assert.Equal(0UL, pair.B.Stack.Tcp.CookiesSent);
        Assert.Equal(128, pair.B.Stack.Tcp.HalfOpenCount);
        Assert.True(listener.Overflows >= 1800);

        // With them the next is answered.
        options.SynCookieUse = SynCookieUse.UnderFlood;
        TcpConnection client = pair.Connect();
        TcpConnection server = pair.Accept(listener);
        Assert.Equal(1UL, pair.B.Stack.Tcp.CookiesAccepted);
        pair.CloseBoth(client, server);
        listener.Close(pair.Now);
        pair.CheckNothingLeft();
    }

    [Fact]
    public void Cookies_for_each_connection_keep_nothing_half_open()
    {
        TcpPair pair = new(options: new NetStackOptions { SynCookieUse = SynCookieUse.Always });
        (TcpConnection client, TcpConnection server) = pair.Establish();
        Assert.Equal((1UL, 1UL), (pair.B.Stack.Tcp.CookiesSent, pair.B.Stack.Tcp.CookiesAccepted));
        pair.Transfer(client, server, 100_000);
        pair.CloseBoth(client, server);
        pair.CheckNothingLeft();
    }

    [Fact]
    public void A_cookie_is_refused_where_none_are_sent()
    {
        NetStackOptions options = new() { SynCookieUse = SynCookieUse.Always };
        RawPeer peer = new(options);
        TcpListener listener = peer.Listen();
        peer.Send(TcpFlags.Syn);
        SeqNo cookie = peer.Take(VirtualWire.Second).Sequence;
        options.SynCookieUse = SynCookieUse.Never;
        peer.Send(TcpFlags.Ack, sequence: peer.Sequence + 1, acknowledgment: cookie + 1);
        Assert.Equal(TcpFlags.Rst, peer.Take().Flags);
        Assert.Null(listener.Accept(peer.Now));
    }

    [Fact]
    public void Fewer_may_be_half_open_when_the_limit_is_lowered()
    {
        NetStackOptions options = new();
        TcpPair pair = new(options: options);
        TcpListener listener = pair.Listen(backlog: 1000);
        RawPeer.Flood(pair, 50);
        Assert.Equal((50, 0UL), (pair.B.Stack.Tcp.HalfOpenCount, pair.B.Stack.Tcp.CookiesSent));
        options.SynLimit = 30;
        RawPeer.Flood(pair, 150);
        Assert.InRange(pair.B.Stack.Tcp.CookiesSent, 90UL, 100UL); // the flood begins with those that wait already
        Assert.Equal(50, pair.B.Stack.Tcp.HalfOpenCount);
        listener.Close(pair.Now);
    }

    [Fact]
    public void Larger_buffers_are_told_by_a_larger_scale_and_no_smaller_one_follows()
    {
        NetStackOptions options = new() { TcpReceiveBufferLimit = 65535 };
        TcpPair pair = new(options: options);
        foreach ((int limit, int scale) in ((int, int)[])[(65535, 0), (6 << 20, 7), (65535, 7), (int.MaxValue, 14)])
        {
            options.TcpReceiveBufferLimit = limit;
            (TcpConnection client, TcpConnection server) = pair.Establish();
            Assert.Equal((scale, scale), (client.GetInfo(pair.Now).ReceiveScale, server.GetInfo(pair.Now).SendScale));
            pair.Transfer(client, server, 300_000);
            pair.CloseBoth(client, server);
        }

        pair.CheckNothingLeft();
    }

    [Fact]
    public void A_buffer_too_small_to_send_anything_is_not_made()
    {
        TcpPair pair = new(options: new NetStackOptions { TcpSendBuffer = 1, TcpReceiveBuffer = 1, TcpSendBufferLimit = 1, TcpReceiveBufferLimit = 1 });
        (TcpConnection client, TcpConnection server) = pair.Establish();
        pair.Transfer(client, server, 20_000);
        pair.CloseBoth(client, server);
        pair.CheckNothingLeft();
    }

    [Fact]
    public void Keep_alive_follows_the_machine_unless_the_program_has_said_more()
    {
        NetStackOptions options = new();
        RawPeer peer = new(options);
        TcpConnection connection = peer.Open(peer.Listen());
        options.TcpKeepIdle = 20 * VirtualWire.Second;
        options.TcpKeepInterval = 5 * VirtualWire.Second;
        options.TcpKeepCount = 2;
        connection.Settings.KeepsAlive = true;
        connection.SettingsChanged(peer.Now);
        peer.TakeNothing(19 * VirtualWire.Second);
        peer.Take(2 * VirtualWire.Second);
        peer.Take(6 * VirtualWire.Second);
        Assert.True((peer.Take(6 * VirtualWire.Second).Flags & TcpFlags.Rst) != 0);
        Assert.Equal((TcpState.Closed, NetError.TimedOut), (connection.State, connection.TakeError()));
    }

    [Fact]
    public void An_orphan_stays_in_FIN_WAIT_2_as_long_as_the_machine_says()
    {
        RawPeer peer = new(new NetStackOptions { TcpFinTimeout = 5 * VirtualWire.Second });
        TcpConnection connection = peer.Open(peer.Listen());
        connection.Close(peer.Now);
        Assert.True((peer.Take().Flags & TcpFlags.Fin) != 0);
        peer.Send(TcpFlags.Ack, acknowledgment: peer.Acknowledgment + 1);
        Assert.Equal(TcpState.FinWait2, connection.State);
        peer.Wire.Run(4 * VirtualWire.Second);
        Assert.Equal(TcpState.FinWait2, connection.State);
        peer.Wire.Run(2 * VirtualWire.Second);
        Assert.Equal(TcpState.Closed, connection.State);
    }
}
