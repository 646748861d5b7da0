using System;
using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// Moving data between the program and the queues.
public sealed partial class TcpConnection
{
    /// <summary>Bytes that may still be queued for sending.</summary>
    private int Room
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Math.Max((Settings.SendBuffer / 2) - _sendQueue.Length, 0);
    }

    /// <summary>Whether a program that waits should be woken: a third of the buffer is free (sk_stream_is_writeable), and not too much is unsent.</summary>
    private bool HasRoom
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _sendQueue.Length < Settings.SendBuffer / 2 / 3 * 2 && (Settings.NotSentLowWater == 0 || (uint)Unsent < Settings.NotSentLowWater);
    }

    /// <summary>
    /// Room to copy data to be sent into, in a page: at most <see cref="PacketPart.Length"/> bytes, then <see cref="CommitSend"/>, and <see cref="Push"/> after the last. WouldBlock
    /// when the buffer is full.
    /// </summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NetError PrepareSend(out PacketPart room)
    {
        room = default;
        if (_pending != NetError.None || _isWriteShut || State is not (TcpState.Established or TcpState.CloseWait))
        {
            return WhyNotSend();
        }

        if (Room == 0)
        {
            return NetError.WouldBlock;
        }

        // Under pressure a connection may still have a page, so that all go on slowly.
        if ((Stack.Pool.IsUnderPressure && _sendQueue.Length >= PageSize.Bytes) || !Stack.Pool.TryGetRoom(ref _sendQueue, out room))
        {
            return NetError.WouldBlock;
        }

        room = room with { Length = Math.Min(room.Length, Room) };
        return NetError.None;
    }

    /// <summary>Why nothing can be sent: a pending error, which is gone with it, no connection yet, or none any more. None when it can.</summary>
    public NetError WhyNotSend() =>
        _pending != NetError.None ? TakeError()
        : State is TcpState.SynSent or TcpState.SynReceived ? NetError.WouldBlock
        : _isWriteShut || State is not (TcpState.Established or TcpState.CloseWait) ? NetError.BrokenPipe
        : NetError.None;

    /// <summary>Counts bytes that were copied to the room.</summary>
    [AllocationFree]
    public void CommitSend(int count) => Stack.Pool.Commit(ref _sendQueue, count);

    /// <summary>Sends what may be sent now. With <paramref name="hasMore"/> (MSG_MORE) a segment that is not full waits, as under TCP_CORK.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Push(Instant now, bool hasMore = false)
    {
        Stack.Enter(now);
        _hasMore = hasMore;
        SendLater();
        Stack.Drain();
    }

    /// <summary>Queues as many of the bytes as there is room for, and sends.</summary>
    public NetError Send(ReadOnlySpan<byte> bytes, Instant now, out int sent)
    {
        sent = 0;
        NetError error = NetError.None;
        while (sent < bytes.Length)
        {
            error = PrepareSend(out PacketPart room);
            if (error != NetError.None)
            {
                break;
            }

            int count = Math.Min(room.Length, bytes.Length - sent);
            Stack.Pool.FrameOf(room.Page).Write(room.Offset, bytes.Slice(sent, count));
            CommitSend(count);
            sent += count;
        }

        Push(now);
        return sent > 0 ? NetError.None : error;
    }

    /// <summary>
    /// The data that can be read from an offset on, as far as it lies in one page; none with no error is the end of the stream. WouldBlock when there is none yet.
    /// </summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NetError PeekReceive(int offset, out PacketPart part)
    {
        part = default;
        if (offset < _receiveQueue.Length)
        {
            part = Stack.Pool.PartAt(_receiveQueue, offset);
            return NetError.None;
        }

        return WhyNothingToRead();
    }

    /// <summary>The peer's end comes before an error, which comes before an end that the program made (tcp_recvmsg_locked).</summary>
    private NetError WhyNothingToRead() =>
        _isFinReceived ? NetError.None
        : _pending != NetError.None ? TakeError()
        : _isReadShut ? NetError.None
        : State == TcpState.Closed ? NetError.NotConnected
        : NetError.WouldBlock;

    /// <summary>Takes bytes off that were read. The window opens, and the peer is told when it is worth it.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CommitReceive(int count, Instant now)
    {
        Stack.Enter(now);
        Stack.Pool.TrimFront(ref _receiveQueue, count);
        if (State is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2)
        {
            AdjustReceiveBuffer(count);
            if (IsReadWorthAck() || IsWindowWorthTelling())
            {
                _isAckDue = true;
                SendLater();
                Stack.Drain();
            }
        }
    }

    /// <summary>Reads as many bytes as there are room for; zero with no error is the end of the stream.</summary>
    public NetError Receive(Span<byte> to, Instant now, out int received)
    {
        received = 0;
        NetError error = NetError.None;
        while (received < to.Length)
        {
            error = PeekReceive(0, out PacketPart part);
            if (error != NetError.None || part.Length == 0)
            {
                break;
            }

            int count = Math.Min(part.Length, to.Length - received);
            Stack.Pool.FrameOf(part.Page).Read(part.Offset, to.Slice(received, count));
            CommitReceive(count, now);
            received += count;
        }

        return received > 0 ? NetError.None : error;
    }
}
