using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>The states of RFC 9293, 3.3.2, and every way from one to another in figure 5 and in section 3.10.</summary>
public sealed class TcpStateTests
{
    private readonly RawPeer _peer = new();

    [Fact]
    public void A_port_that_no_connection_has_is_found_among_those_that_have_one()
    {
        const ushort First = 40000;
        const int Ports = 8;
        TcpPair pair = new(options: new NetStackOptions { FirstEphemeralPort = First, LastEphemeralPort = First + Ports - 1 });
        _ = pair.Listen();
        HashSet<ushort> taken = [];
        for (int i = 0; i < Ports - 1; i++)
        {
            taken.Add(pair.Connect().Local.Port);
        }

        Assert.Equal(Ports - 1, taken.Count);
        TcpConnection last = pair.Socket(pair.A);
        Assert.Equal(NetError.None, last.Bind(new EndpointAddress(pair.A.Address, 0), pair.Now));
        Assert.DoesNotContain(last.Local.Port, taken);
        Assert.InRange(last.Local.Port, First, First + Ports - 1);
        Assert.Equal(NetError.AddressInUse, pair.Socket(pair.A).Bind(new EndpointAddress(pair.A.Address, 0), pair.Now));

        // Of another address the ports are free.
        Assert.Equal(NetError.None, pair.Socket(pair.A).Bind(new EndpointAddress(IpAddress.LoopbackV4, 0), pair.Now));
    }

    [Fact]
    public void Closed_answers_with_resets()
    {
        _peer.Send(TcpFlags.Syn);
        RawSegment reset = _peer.Take(VirtualWire.Second);
        Assert.Equal(TcpFlags.Rst | TcpFlags.Ack, reset.Flags);
        Assert.Equal((0u, _peer.Sequence + 1), (reset.Sequence.Value, reset.Acknowledgment));
        _peer.Send(TcpFlags.Ack, acknowledgment: new SeqNo(77));
        reset = _peer.Take();
        Assert.Equal((TcpFlags.Rst, 77u), (reset.Flags, reset.Sequence.Value));
        _peer.Send(TcpFlags.Rst);
        _peer.Send(TcpFlags.Rst | TcpFlags.Ack);
        _peer.TakeNothing();
    }

    [Fact]
    public void Listen_to_established_by_SYN_RECEIVED()
    {
        TcpListener listener = _peer.Listen();
        _peer.Send(TcpFlags.Syn);
        RawSegment answer = _peer.Take(VirtualWire.Second);
        Assert.Equal(1, listener.Requests);
        Assert.Null(listener.Accept(_peer.Now));
        _peer.Sequence += 1;
        _peer.Acknowledgment = answer.Sequence + 1;
        _peer.Send(TcpFlags.Ack);
        Assert.Equal(0, listener.Requests);
        Assert.Equal(TcpState.Established, listener.Accept(_peer.Now)!.State);
        _peer.TakeNothing();
    }

    [Fact]
    public void Listen_resets_what_acknowledges_nothing_and_ignores_resets()
    {
        _peer.Listen();
        _peer.Send(TcpFlags.Rst);
        _peer.TakeNothing(VirtualWire.Second);
        _peer.Send(TcpFlags.Ack, acknowledgment: new SeqNo(5));
        Assert.Equal((TcpFlags.Rst, 5u), Shape(_peer.Take(VirtualWire.Second)));
        _peer.Send(TcpFlags.Syn | TcpFlags.Ack, acknowledgment: new SeqNo(6));
        Assert.Equal((TcpFlags.Rst, 6u), Shape(_peer.Take()));
    }

    [Fact]
    public void SYN_RECEIVED_goes_back_to_LISTEN_by_a_reset_and_is_given_up_after_a_while()
    {
        TcpListener listener = _peer.Listen();
        _peer.Send(TcpFlags.Syn);
        _peer.Take(VirtualWire.Second);
        _peer.Send(TcpFlags.Rst, sequence: _peer.Sequence + 1);
        Assert.Equal(0, listener.Requests);
        _peer.Sequence += 100;
        _peer.Send(TcpFlags.Syn);
        _peer.Take();
        _peer.Wire.Run(200 * VirtualWire.Second);
        Assert.Equal(5, _peer.Waiting); // tcp_synack_retries
        Assert.Equal(0, listener.Requests);
    }

    [Fact]
    public void SYN_RECEIVED_with_a_wrong_acknowledgement_is_reset()
    {
        TcpListener listener = _peer.Listen();
        _peer.Send(TcpFlags.Syn);
        RawSegment answer = _peer.Take(VirtualWire.Second);
        _peer.Send(TcpFlags.Ack, sequence: _peer.Sequence + 1, acknowledgment: answer.Sequence + 2);
        Assert.Equal((TcpFlags.Rst, answer.Sequence.Value + 2), Shape(_peer.Take()));
        Assert.Null(listener.Accept(_peer.Now));
    }

    [Fact]
    public void SYN_SENT_to_ESTABLISHED()
    {
        TcpConnection connection = _peer.AnswerConnect();
        Assert.Equal(NetEvents.Writable, connection.Readiness);
    }

    [Fact]
    public void SYN_SENT_ends_by_a_reset_that_acknowledges()
    {
        TcpConnection connection = _peer.StartConnect();
        _peer.TakeSyn();
        _peer.Send(TcpFlags.Rst);
        Assert.Equal(TcpState.SynSent, connection.State);
        _peer.Send(TcpFlags.Rst | TcpFlags.Ack);
        Assert.Equal(TcpState.Closed, connection.State);
        Assert.Equal(NetError.ConnectionRefused, connection.TakeError());
    }

    [Fact]
    public void SYN_SENT_resets_a_wrong_acknowledgement_and_goes_on()
    {
        TcpConnection connection = _peer.StartConnect();
        _peer.TakeSyn();
        _peer.Send(TcpFlags.Syn | TcpFlags.Ack, acknowledgment: _peer.Acknowledgment + 7);
        Assert.Equal((TcpFlags.Rst, _peer.Acknowledgment.Value + 7), Shape(_peer.Take()));
        Assert.Equal(TcpState.SynSent, connection.State);
    }

    [Fact]
    public void SYN_SENT_is_given_up_after_the_last_repetition()
    {
        TcpConnection connection = _peer.StartConnect(c => c.Settings.SynRetries = 3);
        _peer.Wire.Run(30 * VirtualWire.Second);
        Assert.Equal(4, _peer.Waiting);
        Assert.Equal(TcpState.Closed, connection.State);
        Assert.Equal(NetError.TimedOut, connection.TakeError());
    }

    [Fact]
    public void A_simultaneous_open_makes_one_connection()
    {
        TcpConnection connection = _peer.StartConnect();
        RawSegment syn = _peer.TakeSyn();
        _peer.Send(TcpFlags.Syn);
        RawSegment answer = _peer.Take();
        Assert.Equal((TcpFlags.Syn | TcpFlags.Ack, syn.Sequence), (answer.Flags, answer.Sequence));
        Assert.Equal(TcpState.SynReceived, connection.State);
        _peer.Send(TcpFlags.Syn | TcpFlags.Ack);
        Assert.Equal(TcpState.Established, connection.State);
    }

    [Fact]
    public void Two_of_ours_open_at_the_same_time()
    {
        TcpPair pair = new();
        TcpConnection first = pair.Socket(pair.A);
        TcpConnection second = pair.Socket(pair.B);
        Assert.Equal(NetError.None, first.Bind(new EndpointAddress(pair.A.Address, 1000), pair.Now));
        Assert.Equal(NetError.None, second.Bind(new EndpointAddress(pair.B.Address, 1001), pair.Now));
        Assert.Equal(NetError.InProgress, first.Connect(new EndpointAddress(pair.B.Address, 1001), pair.Now));
        Assert.Equal(NetError.InProgress, second.Connect(new EndpointAddress(pair.A.Address, 1000), pair.Now));
        Assert.True(pair.Wire.RunUntil(() => first.State == TcpState.Established && second.State == TcpState.Established, 10 * VirtualWire.Second));
        pair.Transfer(first, second, 10_000);
        pair.Transfer(second, first, 10_000);

        // And they close at the same time.
        first.Close(pair.Now);
        second.Close(pair.Now);
        Assert.True(pair.Wire.RunUntil(() => first.State == TcpState.Closed && second.State == TcpState.Closed, 10 * VirtualWire.Second));
        Assert.Equal((1, 1), (pair.A.Stack.Tcp.TimeWaitCount, pair.B.Stack.Tcp.TimeWaitCount));
        pair.CheckNothingLeft();
    }

    [Fact]
    public void FIN_WAIT_1_and_2_to_TIME_WAIT()
    {
        TcpConnection connection = _peer.Open(_peer.Listen());
        Assert.Equal(NetError.None, connection.Shutdown(read: false, write: true, _peer.Now));
        Assert.Equal(TcpState.FinWait1, connection.State);
        RawSegment fin = _peer.Take();
        Assert.Equal(TcpFlags.Fin | TcpFlags.Ack, fin.Flags);
        _peer.Acknowledgment = fin.Sequence + 1;
        _peer.Send(TcpFlags.Ack);
        Assert.Equal(TcpState.FinWait2, connection.State);

        // Half closed: data still comes.
        _peer.Send(TcpFlags.Ack | TcpFlags.Psh, "late"u8);
        _peer.Sequence += 4;
        Assert.Equal(4, connection.Available);
        _peer.Wire.Run(VirtualWire.Second);
        _peer.Forget();
        _peer.Send(TcpFlags.Fin | TcpFlags.Ack);
        Assert.Equal(TcpState.Closed, connection.State);
        Assert.Equal(1, _peer.Host.Stack.Tcp.TimeWaitCount);
        Assert.Equal((TcpFlags.Ack, _peer.Sequence + 1), (TcpFlags.Ack, _peer.Take().Acknowledgment));
        byte[] data = new byte[10];
        Assert.Equal(NetError.None, connection.Receive(data, _peer.Now, out int count));
        Assert.Equal(4, count);
        Assert.Equal(NetError.None, connection.Receive(data, _peer.Now, out count));
        Assert.Equal(0, count);
        connection.Close(_peer.Now);

        // Their FIN once more is acknowledged, and the wait begins anew; a reset ends nothing.
        _peer.Wire.Run(40 * VirtualWire.Second);
        _peer.Send(TcpFlags.Fin | TcpFlags.Ack);
        Assert.Equal(_peer.Sequence + 1, _peer.Take().Acknowledgment);
        _peer.Send(TcpFlags.Rst, sequence: _peer.Sequence + 1);
        _peer.Wire.Run(40 * VirtualWire.Second);
        Assert.Equal(1, _peer.Host.Stack.Tcp.TimeWaitCount);
        _peer.Wire.Run(21 * VirtualWire.Second);
        Assert.Equal(0, _peer.Host.Stack.Tcp.TimeWaitCount);
    }

    [Fact]
    public void FIN_WAIT_1_to_CLOSING_to_TIME_WAIT()
    {
        TcpConnection connection = _peer.Open(_peer.Listen());
        connection.Close(_peer.Now);
        RawSegment fin = _peer.Take();
        _peer.Send(TcpFlags.Fin | TcpFlags.Ack);
        Assert.Equal(TcpState.Closing, connection.State);
        _peer.Sequence += 1;
        Assert.Equal(_peer.Sequence, _peer.Take().Acknowledgment);
        _peer.Send(TcpFlags.Ack, acknowledgment: fin.Sequence + 1);
        Assert.Equal(TcpState.Closed, connection.State);
        Assert.Equal(1, _peer.Host.Stack.Tcp.TimeWaitCount);
    }

    [Fact]
    public void FIN_WAIT_1_to_TIME_WAIT_by_a_FIN_that_acknowledges_ours()
    {
        TcpConnection connection = _peer.Open(_peer.Listen());
        connection.Close(_peer.Now);
        _peer.Send(TcpFlags.Fin | TcpFlags.Ack, acknowledgment: _peer.Take().Sequence + 1);
        Assert.Equal(TcpState.Closed, connection.State);
        Assert.Equal(1, _peer.Host.Stack.Tcp.TimeWaitCount);
    }

    [Fact]
    public void CLOSE_WAIT_to_LAST_ACK_to_closed()
    {
        TcpConnection connection = _peer.Open(_peer.Listen());
        _peer.Send(TcpFlags.Fin | TcpFlags.Ack);
        _peer.Sequence += 1;
        Assert.Equal(TcpState.CloseWait, connection.State);
        Assert.Equal(_peer.Sequence, _peer.Take().Acknowledgment);
        Assert.True((connection.Readiness & (NetEvents.Readable | NetEvents.ReadClosed)) == (NetEvents.Readable | NetEvents.ReadClosed));

        // Sending still works.
        Assert.Equal(NetError.None, connection.Send("bye"u8, _peer.Now, out _));
        RawSegment data = _peer.Take();
        Assert.Equal("bye"u8.ToArray(), data.Data);
        connection.Close(_peer.Now);
        Assert.Equal(TcpState.LastAck, connection.State);
        RawSegment fin = _peer.Take();
        Assert.True((fin.Flags & TcpFlags.Fin) != 0);
        _peer.Send(TcpFlags.Ack, acknowledgment: fin.Sequence + 1);
        Assert.Equal(TcpState.Closed, connection.State);
        Assert.Equal((0, 0), (_peer.Host.Stack.Tcp.TimeWaitCount, _peer.Host.Stack.Tcp.ConnectionCount));
    }

    [Fact]
    public void A_reset_ends_each_state_with_its_error()
    {
        TcpListener listener = _peer.Listen();
        TcpConnection established = _peer.Open(listener);
        _peer.Send(TcpFlags.Rst);
        Assert.Equal((TcpState.Closed, NetError.ConnectionReset), (established.State, established.TakeError()));
        _peer.Port++;
        TcpConnection closeWait = _peer.Open(listener);
        _peer.Send(TcpFlags.Fin | TcpFlags.Ack);
        _peer.Sequence += 1;
        _peer.Send(TcpFlags.Rst);
        Assert.Equal((TcpState.Closed, NetError.BrokenPipe), (closeWait.State, closeWait.TakeError()));
        _peer.Forget();
        _peer.Port++;
        TcpConnection finWait = _peer.Open(listener);
        finWait.Shutdown(read: false, write: true, _peer.Now);
        _peer.Send(TcpFlags.Rst);
        Assert.Equal(TcpState.Closed, finWait.State);
        Assert.Equal(0, _peer.Host.Stack.Tcp.ConnectionCount);
    }

    [Fact]
    public void Blind_resets_and_SYNs_only_cause_a_challenge()
    {
        TcpConnection connection = _peer.Open(_peer.Listen());
        _peer.Send(TcpFlags.Rst, sequence: _peer.Sequence + 1000);
        Assert.Equal((TcpFlags.Ack, _peer.Sequence), (TcpFlags.Ack, _peer.Take().Acknowledgment));
        _peer.Wire.Run(VirtualWire.Second);
        _peer.Send(TcpFlags.Syn, sequence: _peer.Sequence + 10);
        Assert.Equal(TcpFlags.Ack, _peer.Take().Flags);
        _peer.Wire.Run(VirtualWire.Second);
        _peer.Send(TcpFlags.Ack, "forged"u8, acknowledgment: _peer.Acknowledgment - 100_000);
        Assert.Equal(TcpFlags.Ack, _peer.Take().Flags);
        _peer.Wire.Run(VirtualWire.Second);
        _peer.Send(TcpFlags.Ack, "forged"u8, acknowledgment: _peer.Acknowledgment + 1);
        Assert.Equal(TcpFlags.Ack, _peer.Take().Flags);
        _peer.Send(TcpFlags.Rst, sequence: _peer.Sequence - 1);
        _peer.Send(TcpFlags.Rst, sequence: _peer.Sequence + 100_000);
        _peer.TakeNothing();
        Assert.Equal((TcpState.Established, 0), (connection.State, connection.Available));
    }

    [Fact]
    public void Closing_with_unread_data_or_without_lingering_resets()
    {
        TcpListener listener = _peer.Listen();
        TcpConnection unread = _peer.Open(listener);
        _peer.Send(TcpFlags.Ack, "unread"u8);
        Assert.Equal(TcpFlags.Ack, _peer.Take().Flags);
        unread.Close(_peer.Now);
        Assert.True((_peer.Take().Flags & TcpFlags.Rst) != 0);
        _peer.Port++;
        TcpConnection lingering = _peer.Open(listener);
        lingering.Settings.Lingers = true;
        lingering.Close(_peer.Now);
        Assert.True((_peer.Take().Flags & TcpFlags.Rst) != 0);
        _peer.Port++;
        TcpConnection late = _peer.Open(listener);
        late.Close(_peer.Now);
        RawSegment fin = _peer.Take();
        _peer.Send(TcpFlags.Ack, "too late"u8, acknowledgment: fin.Sequence + 1);
        Assert.True((_peer.Take().Flags & TcpFlags.Rst) != 0);
        Assert.Equal(0, _peer.Host.Stack.Tcp.ConnectionCount);
    }

    [Fact]
    public void An_orphan_leaves_FIN_WAIT_2_by_itself()
    {
        TcpConnection connection = _peer.Open(_peer.Listen());
        connection.Close(_peer.Now);
        _peer.Send(TcpFlags.Ack, acknowledgment: _peer.Take().Sequence + 1);
        Assert.Equal(TcpState.FinWait2, connection.State);
        _peer.Wire.Run(61 * VirtualWire.Second);
        Assert.Equal(0, _peer.Host.Stack.Tcp.ConnectionCount);
    }

    [Fact]
    public void TIME_WAIT_makes_room_for_a_new_connection_with_newer_timestamps()
    {
        TcpListener listener = _peer.Listen();
        TcpOptions options = new() { HasTimestamps = true, TimestampValue = 1000 };
        TcpConnection connection = _peer.Open(listener, options);
        connection.Close(_peer.Now);
        TcpOptions stamp = new() { HasTimestamps = true, TimestampValue = 1010 };
        _peer.Send(TcpFlags.Fin | TcpFlags.Ack, acknowledgment: _peer.Take().Sequence + 1, options: stamp);
        Assert.Equal(1, _peer.Host.Stack.Tcp.TimeWaitCount);
        _peer.Forget();

        // An older one is not new, whatever its number.
        _peer.Send(TcpFlags.Syn, sequence: _peer.Sequence - 50_000, options: new TcpOptions { HasTimestamps = true, TimestampValue = 900 });
        Assert.Equal(TcpFlags.Ack, _peer.Take().Flags);
        _peer.Sequence -= 50_000;
        TcpConnection next = _peer.Open(listener, new TcpOptions { HasTimestamps = true, TimestampValue = 2000 });
        Assert.Equal(TcpState.Established, next.State);
        Assert.Equal(0, _peer.Host.Stack.Tcp.TimeWaitCount);
    }

    private static (TcpFlags Flags, uint Sequence) Shape(RawSegment segment) => (segment.Flags, segment.Sequence.Value);
}
