using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

// Data that comes in: in order to the queue, out of order to be kept, and the window that is told.
public sealed partial class TcpConnection
{
    /// <summary>A segment up to this size is copied, so that a page is not kept for a few bytes.</summary>
    private const int CopyLimit = 1024;

    /// <summary>Ranges out of order that are kept; a peer that sends every second byte gets no further.</summary>
    private const int MaximumRanges = 256;

    /// <summary>Takes a segment's data and FIN (3.10.7.4, seventh and eighth step).</summary>
    private void TakeData(ref TcpSegment segment, PacketBuffer packet, ReadOnlySpan<byte> data)
    {
        _segmentsReceived = unchecked(_segmentsReceived + (uint)segment.Segments);
        bool hasFin = segment.Has(TcpFlags.Fin);
        if ((segment.Length == 0 && !hasFin) || State is not (TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2))
        {
            packet.Release();
            if (segment.Length > 0 || hasFin)
            {
                _isAckDue = true;
            }

            return;
        }

        // Nobody will ever read it: the peer must hear that it is lost (RFC 9293, 3.10.4; RFC 2525, 2.17).
        if ((_isOrphan || _isReadShut) && IsForNobody(ref segment))
        {
            packet.Release();
            Stack.Counters.Tcp.AbortsOnData++;
            SendReset();
            Fail(NetError.ConnectionReset);
            return;
        }

        SeqNo start = segment.Sequence;
        SeqNo end = start + segment.Length;
        if (start < _receiveNext)
        {
            int known = Math.Min(_receiveNext - start, segment.Length);
            if (known > 0)
            {
                _duplicate = new SackBlock(start, start + known);
            }

            packet.TrimFront(known);
            start += known;
            _isAckDue = true;
        }

        if (end > _receiveEdge)
        {
            int beyond = Math.Min(end - _receiveEdge, packet.Length);
            packet.Truncate(packet.Length - beyond);
            end -= beyond;
            hasFin = false;
            _isAckDue = true;
        }

        if (packet.Length != end - start)
        {
            packet.Truncate(Math.Max(end - start, 0));
        }

        if (start == _receiveNext)
        {
            TakeInOrder(ref segment, packet, data, end, hasFin);
        }
        else
        {
            TakeOutOfOrder(packet, start, end, hasFin);
        }
    }

    /// <summary>Whether a segment has new data that the program cannot read any more: it is gone, or has shut down both directions (RFC 1122, 4.2.2.13).</summary>
    private bool IsForNobody(ref TcpSegment segment) =>
        segment.Length > 0 && segment.Sequence + segment.Length > _receiveNext && (_isOrphan || State is TcpState.FinWait1 or TcpState.FinWait2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TakeInOrder(ref TcpSegment segment, PacketBuffer packet, ReadOnlySpan<byte> data, SeqNo end, bool hasFin)
    {
        int length = end - _receiveNext;
        bool hadHoles = _outOfOrder != null;
        if (length > 0 && !TryKeep(ref _receiveQueue, packet, data))
        {
            // No memory: it comes again.
            packet.Release();
            _isAckDue = true;
            return;
        }

        packet.Release();
        _bytesReceived += (ulong)length;
        if (length > 0)
        {
            NoteArrival(length, segment.Segments);
        }

        _receiveNext = end;
        bool isEnd = hasFin;
        if (hadHoles)
        {
            JoinOutOfOrder(ref isEnd);
        }

        if (isEnd)
        {
            TakeFin();
        }

        if (hadHoles)
        {
            _isAckDue = true;
        }
        else if (State != TcpState.Closed)
        {
            ScheduleAck();
        }

        if (length > 0 || isEnd)
        {
            Observer?.OnReady(NetEvents.Readable | (isEnd ? NetEvents.ReadClosed : 0) | (isEnd && _isFinQueued ? NetEvents.HungUp : 0));
        }
    }

    /// <summary>Moves a packet's data to a queue, copying what is small: from <paramref name="data"/>, when that is all of it.</summary>
    private bool TryKeep(ref ByteList queue, PacketBuffer packet, ReadOnlySpan<byte> data = default)
    {
        int length = packet.Length;
        if (packet.HeaderLength == 0 && length > CopyLimit)
        {
            Stack.Pool.Concatenate(ref queue, ref packet.Bytes);
            return true;
        }

        int had = queue.Length;
        if (data.Length == length ? Stack.Pool.TryWrite(ref queue, data) : TryCopy(ref queue, packet))
        {
            return true;
        }

        Stack.Pool.TrimBack(ref queue, queue.Length - had);
        return false;
    }

    private bool TryCopy(ref ByteList queue, PacketBuffer packet)
    {
        Span<byte> chunk = stackalloc byte[256];
        for (int at = 0; packet.Read(at, chunk) is int count && count > 0; at += count)
        {
            if (!Stack.Pool.TryWrite(ref queue, chunk[..count]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Keeps a range that lies behind a hole, unless memory is short, and tells the peer at once (RFC 5681, 4.2).</summary>
    private void TakeOutOfOrder(PacketBuffer packet, SeqNo start, SeqNo end, bool hasFin)
    {
        _isAckDue = true;
        _newestOutOfOrder = start;
        Stack.Counters.Tcp.OutOfOrder++;

        // Where it belongs: behind all ranges that begin before it.
        PacketBuffer? before = null;
        PacketBuffer? after = _outOfOrder;
        while (after != null && after.Note.Start <= start)
        {
            before = after;
            after = after.Next;
        }

        // Both ends are cut to what is new.
        if (before != null && before.Note.End > start)
        {
            int known = Math.Min(before.Note.End - start, end - start);
            _duplicate = new SackBlock(start, start + known);
            packet.TrimFront(known);
            start += known;
        }

        while (after != null && after.Note.End <= end && start < end)
        {
            // It covers the next range wholly, which goes.
            _duplicate = new SackBlock(after.Note.Start, after.Note.End);
            PacketBuffer covered = after;
            after = after.Next;
            RemoveOutOfOrder(before, covered);
        }

        if (after != null && after.Note.Start < end && start < end)
        {
            int known = end - after.Note.Start;
            _duplicate = new SackBlock(after.Note.Start, end);
            packet.Truncate(packet.Length - known);
            end -= known;
            hasFin = false;
        }

        if (start >= end && !(hasFin && start == end && (before == null || before.Note.End <= start)))
        {
            if (hasFin && before != null && before.Note.End == end)
            {
                before.Note.IsEnd = true;
            }

            packet.Release();
            return;
        }

        bool isShort = Stack.Pool.IsUnderPressure || _outOfOrderBytes + packet.Length > Settings.ReceiveBuffer;
        if (isShort || (before != null && before.Note.End == start && start < end && TryJoin(before, packet, end, hasFin)) || _outOfOrderCount >= MaximumRanges)
        {
            packet.Release();
            return;
        }

        if (packet.HeaderLength > 0 || (packet.Length <= CopyLimit && packet.Length > 0))
        {
            // From loopback, or small: in a page of its own.
            ByteList copy = default;
            if (!TryKeep(ref copy, packet))
            {
                Stack.Pool.Clear(ref copy);
                packet.Release();
                return;
            }

            packet.TrimFront(packet.Length);
            Stack.Pool.Concatenate(ref packet.Bytes, ref copy);
        }

        packet.Note.Start = start;
        packet.Note.End = end;
        packet.Note.IsEnd = hasFin;
        packet.Next = after;
        if (before == null)
        {
            _outOfOrder = packet;
        }
        else
        {
            before.Next = packet;
        }

        _outOfOrderBytes += packet.Length;
        _outOfOrderCount++;
        if (after != null && after.Note.Start == end && end > start)
        {
            JoinNext(packet, after);
        }
    }

    /// <summary>Adds a packet's data to the range that it continues; true when it was done.</summary>
    private bool TryJoin(PacketBuffer range, PacketBuffer packet, SeqNo end, bool hasFin)
    {
        int length = packet.Length;
        int had = range.Bytes.Length;
        if (!TryKeep(ref range.Bytes, packet))
        {
            Stack.Pool.TrimBack(ref range.Bytes, range.Bytes.Length - had);
            return false;
        }

        range.Note.End = end;
        range.Note.IsEnd = hasFin;
        _outOfOrderBytes += length;
        if (range.Next is { } next && next.Note.Start == end)
        {
            JoinNext(range, next);
        }

        return true;
    }

    private void JoinNext(PacketBuffer range, PacketBuffer next)
    {
        range.Next = next.Next;
        range.Note.End = next.Note.End;
        range.Note.IsEnd = next.Note.IsEnd;
        Stack.Pool.Concatenate(ref range.Bytes, ref next.Bytes);
        _outOfOrderCount--;
        next.Release();
    }

    private void RemoveOutOfOrder(PacketBuffer? before, PacketBuffer range)
    {
        if (before == null)
        {
            _outOfOrder = range.Next;
        }
        else
        {
            before.Next = range.Next;
        }

        _outOfOrderBytes -= range.Length;
        _outOfOrderCount--;
        range.Release();
    }

    /// <summary>A hole was filled: what was kept behind it follows.</summary>
    private void JoinOutOfOrder(ref bool isEnd)
    {
        while (_outOfOrder is { } range && range.Note.Start <= _receiveNext)
        {
            _outOfOrder = range.Next;
            _outOfOrderCount--;
            _outOfOrderBytes -= range.Length;
            int known = _receiveNext - range.Note.Start;
            if (known < range.Length)
            {
                range.TrimFront(known);
                _bytesReceived += (ulong)range.Length;
                Stack.Pool.Concatenate(ref _receiveQueue, ref range.Bytes);
                _receiveNext = range.Note.End;
            }

            if (range.Note.IsEnd && range.Note.End == _receiveNext)
            {
                isEnd = true;
            }

            range.Release();
        }
    }

    /// <summary>The peer sends no more (3.10.7.4, eighth step).</summary>
    private void TakeFin()
    {
        _receiveNext += 1;
        _isFinReceived = true;
        _isReadShut = true;
        DropOutOfOrder();
        switch (State)
        {
            case TcpState.Established:
                // As in Linux: the end is answered as data is, most often by an end of ours.
                State = TcpState.CloseWait;
                _isInteractive = true;
                break;
            case TcpState.FinWait1:
                State = TcpState.Closing;
                _isAckDue = true;
                break;
            case TcpState.FinWait2:
                _isAckDue = true;
                EnterTimeWait();
                break;
        }
    }

    private void DropOutOfOrder()
    {
        while (_outOfOrder is { } range)
        {
            _outOfOrder = range.Next;
            range.Release();
        }

        _outOfOrderBytes = 0;
        _outOfOrderCount = 0;
    }

    /// <summary>Notes data that was received before, to be told by a SACK block (RFC 2883).</summary>
    private void NoteDuplicate(ref TcpSegment segment)
    {
        if (segment.Length > 0 && segment.Sequence < _receiveNext)
        {
            _duplicate = new SackBlock(segment.Sequence, SeqNo.Min(segment.Sequence + segment.Length, _receiveNext));
        }
    }

    /// <summary>The window that could be told now: half of the buffer is for the data, as Linux has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FreeWindow()
    {
        int space = Settings.ReceiveBuffer / 2;
        if (Settings.WindowClamp != 0)
        {
            space = Math.Min(space, Settings.WindowClamp);
        }

        if (Stack.Pool.IsUnderPressure)
        {
            space = Math.Min(space, 4 * Math.Max(_segmentSize, 536));
        }

        return Math.Clamp(space - _receiveQueue.Length, 0, 65535 << _receiveScale);
    }

    private void OpenReceiveWindow() => _receiveEdge = _receiveNext + Math.Min(FreeWindow(), 65535);

    /// <summary>Moves the window's edge for a segment that is sent, and returns the window as it goes on the wire. The edge never moves back (3.8.6.2.1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ushort ChooseWindow(bool isSyn)
    {
        int free = FreeWindow();
        int told = Math.Max(_receiveEdge - _receiveNext, 0);
        int step = Math.Min(Math.Max(_receivedSegmentSize, FullSegment), Math.Max(Settings.ReceiveBuffer / 4, 1));
        int window = free >= told + step || free >= told && told == 0 && free >= step || isSyn ? free : told;
        int shift = isSyn ? 0 : _receiveScale;
        window = Math.Min(window, 65535 << shift);

        // Rounded down to what can be said, but not below what was said.
        int said = window >> shift;
        if (said << shift < told && said < 65535)
        {
            said++;
        }

        SeqNo edge = _receiveNext + (said << shift);
        if (edge > _receiveEdge || isSyn)
        {
            _receiveEdge = edge;
        }

        return (ushort)said;
    }

    /// <summary>Whether reading has opened the window so far that the peer should hear of it (3.8.6.2.2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsWindowWorthTelling()
    {
        int told = Math.Max(_receiveEdge - _receiveNext, 0);
        int free = FreeWindow();
        return free - told >= Math.Min(2 * Math.Max(_receivedSegmentSize, FullSegment), Settings.ReceiveBuffer / 4) && (free >= 2 * told || told < 2 * FullSegment);
    }

    /// <summary>Lets the buffer grow with what the program reads in a round trip (dynamic right-sizing).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AdjustReceiveBuffer(int count)
    {
        _copied = unchecked(_copied + (uint)count);
        ulong round = Math.Max(_roundTrip.Smoothed, 1_000_000);
        if (Now.Since(_copyRoundStart) < round)
        {
            return;
        }

        if (!Settings.IsReceiveBufferFixed && _copyRoundStart.Nanoseconds != 0 && !Stack.Pool.IsUnderPressure)
        {
            // Twice what was read, because the sender's window may double in the next round; twice again because half is for overhead.
            ulong wanted = ((ulong)_copied * 4) + (16 * (ulong)FullSegment);
            int limit = Math.Max(Stack.Options.TcpReceiveBufferLimit, Settings.ReceiveBuffer);
            if (wanted > (ulong)Settings.ReceiveBuffer)
            {
                Settings.ReceiveBuffer = (int)Math.Min(wanted, (ulong)limit);
            }
        }

        _copyRoundStart = Now;
        _copied = 0;
    }
}
