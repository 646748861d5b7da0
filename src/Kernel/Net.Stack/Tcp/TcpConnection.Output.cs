using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// What is sent, and when (RFC 9293, 3.8; RFC 1122, 4.2.3.4).
public sealed partial class TcpConnection
{
    private const ulong CorkTime = 200_000_000;

    /// <summary>The largest packet that a device is given to cut: 64 KB with its headers.</summary>
    private const int LargestPacket = 65535 - 60;

    private SeqNo _smallEnd; // behind the last segment that was not full

    /// <summary>Has the connection send what it may at the end of the entry.</summary>
    [AllocationFree]
    internal void SendLater()
    {
        if (!_isSendPending)
        {
            _isSendPending = true;
            Stack.Tcp.AddPending(this);
        }
    }

    /// <summary>Sends what it may: first what was lost, then new data, then an acknowledgement if nothing carried it.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SendPending()
    {
        _isSendPending = false;
        if (State is TcpState.Established or TcpState.CloseWait or TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck)
        {
            if (RefreshPath())
            {
                SendData();
                if (State == TcpState.Closed)
                {
                    return;
                }

                ArmRetransmit(restart: false);
            }
        }

        if (_isAckDue && State is not (TcpState.Closed or TcpState.SynSent or TcpState.SynReceived))
        {
            SendAck();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SendData()
    {
        // The common case of an acknowledgement for data that came in.
        if (_sendNext == QueueEnd + (_isFinQueued ? 1 : 0) && !_hasHoles)
        {
            _isWindowLimited = false;
            return;
        }

        uint window = _congestion.Window;
        uint pipe = Pipe();
        if (_recovery != RecoveryKind.Open && !SendLost(window, ref pipe))
        {
            _isWindowLimited = true;
            return;
        }

        _isWindowLimited = false;
        int full = Math.Max(FullSegment - SackBytes(), 1);
        int largest = LargestSegment(full);
        while (true)
        {
            int unsent = QueueEnd - _sendNext;
            if (unsent < 0 || (unsent == 0 && !_isFinQueued))
            {
                return;
            }

            int room = _sendUnacknowledged + (int)Math.Min(_sendWindow, 1 << 30) - _sendNext;
            if (unsent == 0)
            {
                // Only the FIN is left; it needs one number, which a closed window has not, except that a probe may carry it.
                if (room > 0 || InFlight == 0)
                {
                    SendSegment(_sendNext, 0, isNew: true);
                }

                return;
            }

            int count = Math.Min(unsent, Math.Max(room, 0));
            if (pipe >= window)
            {
                _isWindowLimited = true;
                return;
            }

            if (window - pipe < (uint)count)
            {
                _isWindowLimited = true;
                count = (int)(window - pipe);
                if (count < full)
                {
                    // A whole segment may go beyond the window by less than itself, when nothing else is on its way.
                    if (pipe > 0)
                    {
                        return;
                    }

                    count = Math.Min(Math.Min(unsent, Math.Max(room, 0)), full);
                }
            }

            bool isAll = count == unsent;
            count = Math.Min(count, largest);
            int rest = count % full;
            if (rest != 0 && !(isAll && count == unsent ? MaySendRest(rest, count) : MaySendPart(count, full)))
            {
                count -= rest;
            }

            if (count <= 0 || !SendSegment(_sendNext, count, isNew: true))
            {
                return;
            }

            pipe += (uint)count;
        }
    }

    /// <summary>Whether the last bytes of the queue, less than a segment, may go (Nagle as Minshall has it: one small segment at a time; TCP_CORK; TCP_NODELAY).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MaySendRest(int rest, int count)
    {
        if (_isFinQueued || IsSendingUrgent)
        {
            return true;
        }

        if (Settings.IsCorked || _hasMore)
        {
            if (_corkUntil.IsNever)
            {
                _corkUntil = Now.Plus(CorkTime);
                ArmTimer(_corkUntil);
            }

            return _corkUntil <= Now;
        }

        _corkUntil = Instant.Never;
        return Settings.IsNoDelay || InFlight == 0 || !(_smallEnd > _sendUnacknowledged && _smallEnd <= _sendNext);
    }

    /// <summary>Whether less than a segment may go because the peer's window ends there (3.8.6.2.1, the sender's side).</summary>
    private bool MaySendPart(int count, int full) => count < full && (uint)count * 2 >= Math.Min(_largestSendWindow, uint.MaxValue / 2) && InFlight == 0;

    /// <summary>Sends what was lost, as far as the window has room. False when the window is full or sending failed.</summary>
    private bool SendLost(uint window, ref uint pipe)
    {
        int full = Math.Max(FullSegment - SackBytes(), 1);
        int largest = LargestSegment(full);
        for (int at = _sent.First; at != 0; at = Sent[at].Next)
        {
            if (!Sent[at].Has(SentFlags.Lost) || Sent[at].Has(SentFlags.Resent))
            {
                continue;
            }

            if (pipe >= window)
            {
                return false;
            }

            int allowed = Math.Min((int)Math.Max(window - pipe, (uint)full), largest);
            allowed = Math.Max(allowed - (allowed % full), full);
            if (Sent[at].Length > allowed && !Sent.TrySplit(ref _sent, at, Sent[at].Start + allowed) && Sent[at].Length > largest)
            {
                return false;
            }

            if (!Resend(at))
            {
                return false;
            }

            pipe += (uint)Sent[at].Length;
        }

        return true;
    }

    /// <summary>Sends a range once more.</summary>
    private bool Resend(int number)
    {
        ref SentSegment range = ref Sent[number];
        int bytes = Math.Clamp(QueueEnd - range.Start, 0, range.Length);
        if (!SendSegment(range.Start, bytes, isNew: false))
        {
            return false;
        }

        range.Flags |= SentFlags.Resent | SentFlags.EverResent;
        range.SentAt = Now.Nanoseconds;
        NoteSentInRecovery(range.Length);
        _totalRetransmissions = unchecked(_totalRetransmissions + 1);
        Stack.Counters.TcpRetransmitted++;
        if (_recovery == RecoveryKind.Loss)
        {
            Stack.Counters.Tcp.SlowStartRetransmits++;
        }
        else if (!_isProbeRetransmission)
        {
            Stack.Counters.Tcp.FastRetransmits++;
        }

        if (_stuckSince.Nanoseconds == 0)
        {
            _stuckSince = Now;
        }

        return true;
    }

    private void NoteSentInRecovery(int bytes)
    {
        if (_recovery == RecoveryKind.Fast)
        {
            _recoverySent = unchecked(_recoverySent + (uint)bytes);
        }
    }

    /// <summary>How much one packet may carry: many segments where the device cuts them, else one. Each segment of urgent data has a pointer of its own, which a device does not make.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int LargestSegment(int full)
    {
        if (IsSendingUrgent)
        {
            return full;
        }

        NetDeviceFeatures feature = Remote.Address.IsV4 ? NetDeviceFeatures.SegmentV4 : NetDeviceFeatures.SegmentV6;
        return (_path.Interface!.Device.Features & feature) != 0 ? Math.Max(LargestPacket / full * full, full) : full;
    }

    /// <summary>Sends data of the queue, and the FIN behind it when it is the last. False when there is no memory for the packet.</summary>
    private bool SendSegment(SeqNo start, int length, bool isNew)
    {
        PacketPool pool = Stack.Pool;
        if (isNew && !Sent.CanAppend(_sent))
        {
            return false;
        }

        if (!pool.TryTakePacket(out PacketBuffer packet))
        {
            return false;
        }

        if (length > 0 && !pool.TryShare(_sendQueue, start - _queueStart, length, ref packet.Bytes))
        {
            packet.Release();
            return false;
        }

        SeqNo end = start + length;
        bool hasFin = _isFinQueued && end == QueueEnd && (isNew || _sendNext > end);
        int full = Math.Max(FullSegment - SackBytes(), 1);
        TcpFlags flags = TcpFlags.Ack | (hasFin ? TcpFlags.Fin : 0) | (length > 0 && end == QueueEnd ? TcpFlags.Psh : 0);
        int segments = 1;
        if (length > full)
        {
            segments = (length + full - 1) / full;
            packet.Gso = Remote.Address.IsV4 ? GsoKind.TcpV4 : GsoKind.TcpV6;
            packet.GsoSize = full;
        }

        if (isNew)
        {
            SeqNo next = hasFin ? end + 1 : end;
            Sent.Append(ref _sent, start, next, Now.Nanoseconds);
            _sendNext = next;
            NoteSentInRecovery(length);
            if (length % full != 0)
            {
                _smallEnd = end;
            }
        }

        Transmit(packet, start, flags, segments);
        if (length > 0)
        {
            NoteDataSent();
            if (_stamps != null)
            {
                TellSent();
            }
        }

        return true;
    }

    /// <summary>Sends an acknowledgement without data.</summary>
    private void SendAck()
    {
        if (RefreshPath() && Stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            Transmit(packet, _sendNext, TcpFlags.Ack);
        }
    }

    /// <summary>Writes the header and sends the segment.</summary>
    private void Transmit(PacketBuffer packet, SeqNo sequence, TcpFlags flags, int segments = 1)
    {
        Span<byte> header = Stack.TransportHeader(Remote.Address.IsV4);
        TcpOptions options = default;
        bool isSyn = (flags & TcpFlags.Syn) != 0;
        if (isSyn)
        {
            options.SegmentSize = (ushort)Math.Min(AdvertisedSegmentSize(), 65535);
            options.IsSackPermitted = _isActive || _usesSack;
            options.HasWindowScale = _isActive || _hasScaling;
            options.WindowScale = _receiveScale;
        }

        if (_usesTimestamps)
        {
            options.HasTimestamps = true;
            options.TimestampValue = TimestampNow;
            options.TimestampEcho = (flags & TcpFlags.Ack) != 0 ? _recentTimestamp : 0;
        }

        if (!isSyn && _usesSack && (_outOfOrder != null || _duplicate != default))
        {
            WriteSacks(ref options);
        }

        int optionBytes = options.Write(header[TcpView.MinimumBytes..]);
        ushort window = (flags & TcpFlags.Rst) != 0 ? (ushort)0 : ChooseWindow(isSyn);
        TcpView.Write(header, Local.Port, Remote.Port, sequence, (flags & TcpFlags.Ack) != 0 ? _receiveNext : default, flags, window, optionBytes, 0);
        if (_isSendUrgent)
        {
            WriteUrgent(header, sequence);
        }

        if ((flags & TcpFlags.Ack) != 0)
        {
            NoteAckSent(segments);
        }

        _segmentsSent = unchecked(_segmentsSent + 1);
        _lastSent = Now;
        byte timeToLive = Settings.TimeToLive != 0 ? Settings.TimeToLive : _path.Interface!.HopLimit;
        _ = Stack.Send(
            ref _path, packet, IpProtocol.Tcp, header[..(TcpView.MinimumBytes + optionBytes)], TcpView.ChecksumOffset, timeToLive, Settings.TypeOfService, mayFragment: _mayFragment);
    }

    /// <summary>Bytes of the SACK option that segments carry now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SackBytes()
    {
        if (!_usesSack || (_outOfOrder == null && _duplicate == default))
        {
            return 0;
        }

        int blocks = Math.Min(_outOfOrderCount + (_duplicate != default ? 1 : 0), _usesTimestamps ? 3 : 4);
        return 4 + (blocks * 8);
    }

    /// <summary>The blocks to tell: a duplicate first, then the range that changed last, then others (RFC 2018, 4; RFC 2883).</summary>
    private void WriteSacks(ref TcpOptions options)
    {
        int limit = _usesTimestamps ? 3 : 4;
        if (_duplicate != default)
        {
            options.Sacks[options.SackCount++] = _duplicate;
            _duplicate = default;
        }

        PacketBuffer? newest = null;
        for (PacketBuffer? range = _outOfOrder; range != null; range = range.Next)
        {
            if (range.Note.Start <= _newestOutOfOrder && _newestOutOfOrder < range.Note.End)
            {
                newest = range;
                options.Sacks[options.SackCount++] = new SackBlock(range.Note.Start, range.Note.End);
                break;
            }
        }

        for (PacketBuffer? range = _outOfOrder; range != null && options.SackCount < limit; range = range.Next)
        {
            if (range != newest && range.Note.Start < range.Note.End)
            {
                options.Sacks[options.SackCount++] = new SackBlock(range.Note.Start, range.Note.End);
            }
        }
    }

    /// <summary>Finds the path again when something has changed. False when there is none: the retransmission timer tries again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool RefreshPath() => Stack.IsCurrent(_path) || TryFindPath();

    private bool TryFindPath()
    {
        if (Stack.FindPath(Remote.Address, Local.Address, Stack.InterfaceOf(BoundInterface != 0 ? BoundInterface : Remote.Scope), out NetPath path) != NetError.None)
        {
            ArmRetransmit(restart: false);
            return false;
        }

        _path = path;
        UpdateSegmentSize();
        return true;
    }

    private int HeaderBytes => (Remote.Address.IsV4 ? Ipv4View.MinimumBytes : Ipv6View.HeaderBytes) + TcpView.MinimumBytes;

    /// <summary>The size that the peer is told: of the interface, not of the path from here to there.</summary>
    private int AdvertisedSegmentSize()
    {
        int mtu = Math.Min(_path.Interface!.Mtu, 65535);
        int size = mtu - HeaderBytes;
        return Settings.MaximumSegment != 0 ? Math.Min(size, Settings.MaximumSegment) : size;
    }

    private void UpdateSegmentSize()
    {
        int size = Math.Min(_path.Mtu - HeaderBytes, _peerSegmentSize != 0 ? _peerSegmentSize : 536);
        if (Settings.MaximumSegment != 0)
        {
            size = Math.Min(size, Settings.MaximumSegment);
        }

        _segmentSize = Math.Max(Math.Min(size, _segmentSizeCap), 48);
    }
}
