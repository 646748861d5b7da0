using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// Urgent data (RFC 9293, 3.8.5; RFC 6093; tcp(7)). As on Linux the pointer names the number behind the urgent byte, there is one urgent byte at a time, and its place in the stream is
// the mark. Both flags are cleared late: who finds one set looks here whether it still holds, so that nobody else has to ask. What follows a flag is
// never inlined: the usual path has the test and no more.
public sealed partial class TcpConnection
{
    /// <summary>As far as a pointer reaches.</summary>
    private const int LargestUrgentPointer = 0xffff;

    private bool _isSendUrgent;
    private SeqNo _sendUrgent; // SND.UP: behind the urgent byte
    private UrgentState _urgent;
    private SeqNo _mark; // of the urgent byte
    private byte _urgentByte;

    /// <summary>Whether the peer has sent an urgent pointer that reading must mind (<see cref="ToMark"/>); it may have been read past.</summary>
    public bool HasUrgent => _urgent != UrgentState.None;

    /// <summary>Whether what is read next is the urgent byte (SIOCATMARK).</summary>
    public bool IsAtMark => LookAtUrgent() != UrgentState.None && ReadNext == _mark;

    /// <summary>Bytes that can be read before the mark (SIOCINQ): all when there is none among them, or when urgent data stays in the stream.</summary>
    public int AvailableToMark =>
        Settings.IsUrgentInline || LookAtUrgent() == UrgentState.None || _mark - ReadNext >= _receiveQueue.Length ? _receiveQueue.Length : _mark - ReadNext;

    /// <summary>The number of the first byte that was not read.</summary>
    private SeqNo ReadNext => _receiveNext - _receiveQueue.Length - (_isFinReceived ? 1 : 0);

    /// <summary>Whether urgent data that was queued is not acknowledged yet.</summary>
    private bool IsSendingUrgent => _isSendUrgent && LookAtSendUrgent();

    /// <summary>The last byte that was queued is urgent (MSG_OOB); <see cref="Push"/> follows.</summary>
    [AllocationFree]
    public void MarkUrgent()
    {
        _sendUrgent = QueueEnd;
        LookAtSendUrgent();
    }

    /// <summary>Bytes from an offset in what can be read to the mark; zero at it, <see cref="int.MaxValue"/> behind it or when there is none.</summary>
    [AllocationFree]
    public int ToMark(int offset)
    {
        int distance = _mark - (ReadNext + offset);
        return LookAtUrgent() == UrgentState.None || distance < 0 ? int.MaxValue : distance;
    }

    /// <summary>
    /// Reads the urgent byte apart from the stream (MSG_OOB), without waiting. InvalidArgument when there is none, it was taken already or urgent data stays in the stream; WouldBlock when the
    /// pointer has come and the byte has not; no error and none at the end of the stream.
    /// </summary>
    [AllocationFree]
    public NetError TakeUrgent(bool isPeeking, out byte? urgent)
    {
        urgent = null;
        UrgentState state = LookAtUrgent();
        if (Settings.IsUrgentInline || state is UrgentState.None or UrgentState.Taken)
        {
            return NetError.InvalidArgument;
        }

        if (state == UrgentState.Awaited)
        {
            return State == TcpState.Closed || IsEndOfInput ? NetError.None : NetError.WouldBlock;
        }

        urgent = _urgentByte;
        _urgent = isPeeking ? UrgentState.Arrived : UrgentState.Taken;
        return NetError.None;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool LookAtSendUrgent() => _isSendUrgent = _sendUrgent > _sendUnacknowledged;

    /// <summary>Forgets the mark once the program has read past it.</summary>
    private UrgentState LookAtUrgent()
    {
        if (_urgent != UrgentState.None && ReadNext > _mark)
        {
            _urgent = UrgentState.None;
        }

        return _urgent;
    }

    /// <summary>What poll(2) says when there is a mark: the urgent byte alone is nothing to read, and it is what POLLPRI is for.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private NetEvents WithUrgent(NetEvents events)
    {
        UrgentState state = LookAtUrgent();
        if (state != UrgentState.None && !Settings.IsUrgentInline && _receiveQueue.Length == 1 && ReadNext == _mark && !IsEndOfInput && State != TcpState.Closed)
        {
            events &= ~NetEvents.Readable;
        }

        return state == UrgentState.Arrived ? events | NetEvents.Urgent : events;
    }

    /// <summary>Takes the urgent pointer of a segment, or the byte that an earlier one has named.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReceiveUrgent(ref TcpSegment segment, PacketBuffer packet)
    {
        if (State is not (TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2))
        {
            return;
        }

        if (segment.Has(TcpFlags.Urg))
        {
            TakeUrgentPointer(segment.Sequence + Math.Max(segment.UrgentPointer - 1, 0));
        }

        int at = _mark - segment.Sequence;
        if (_urgent == UrgentState.Awaited && at >= 0 && at < segment.Length)
        {
            Span<byte> urgent = stackalloc byte[1];
            packet.Read(at, urgent);
            _urgentByte = urgent[0];
            _urgent = UrgentState.Arrived;
            Observer?.OnReady(NetEvents.Urgent);
        }
    }

    /// <summary>A pointer counts when it names a byte that has not arrived and no earlier one than the last pointer did.</summary>
    private void TakeUrgentPointer(SeqNo mark)
    {
        UrgentState state = LookAtUrgent();
        if (mark < _receiveNext || (state != UrgentState.None && mark <= _mark))
        {
            return;
        }

        Observer?.OnUrgent();
        if (state != UrgentState.None && !Settings.IsUrgentInline && ReadNext == _mark && _receiveQueue.Length > 0)
        {
            // The program stands before an urgent byte that is none any more: it is not to be read as data (tcp_check_urg).
            Stack.Pool.TrimFront(ref _receiveQueue, 1);
        }

        _urgent = UrgentState.Awaited;
        _mark = mark;
    }

    /// <summary>Puts the urgent pointer on a segment that begins before the urgent byte's end. One that is too far away is told as far away as can be said.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WriteUrgent(Span<byte> header, SeqNo sequence)
    {
        if (!IsSendingUrgent || sequence >= _sendUrgent)
        {
            return;
        }

        int distance = _sendUrgent - sequence;
        if (distance <= LargestUrgentPointer)
        {
            TcpView.SetUrgent(header, (ushort)distance);
        }
        else if (sequence + LargestUrgentPointer > _sendNext)
        {
            TcpView.SetUrgent(header, LargestUrgentPointer);
        }
    }

    /// <summary>The peer's window is closed: a segment without data that it accepts tells it of the urgent byte all the same (3.8.5).</summary>
    private void ProbeUrgent()
    {
        if (IsSendingUrgent && _sendUrgent - _sendUnacknowledged <= LargestUrgentPointer && Stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            Transmit(packet, _sendUnacknowledged, TcpFlags.Ack);
        }
    }
}
