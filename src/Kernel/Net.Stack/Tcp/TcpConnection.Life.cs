using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// How connections begin and end (RFC 9293, 3.5 and 3.6).
public sealed partial class TcpConnection
{
    private bool _hasScaling;
    private bool _mayFragment;
    private NetError _softError;

    /// <summary>Sends the first SYN.</summary>
    private void StartActive()
    {
        _isActive = true;
        _isFinQueued = false;
        _isFinReceived = false;
        _isSendUrgent = false;
        _urgent = UrgentState.None;
        _softError = NetError.None;
        _sendInitial = Stack.Tcp.InitialSequence(Local, Remote);
        _sendUnacknowledged = _sendInitial;
        _sendNext = _sendInitial;
        _queueStart = _sendInitial + 1;
        _timestampOffset = unchecked((uint)Stack.SecretHash(Local.Address, Local.Port, Remote.Address, Remote.Port, 2));
        _usesTimestamps = true;
        _usesSack = true;
        _hasScaling = true;
        _receiveScale = Stack.Tcp.ReceiveScale;
        _peerSegmentSize = 0;
        _receiveNext = default;
        _receiveEdge = default;
        UpdateSegmentSize();
        State = TcpState.SynSent;
        SendSyn(TcpFlags.Syn);
    }

    /// <summary>Sends a SYN, or a SYN with an acknowledgement, and waits for its answer.</summary>
    private void SendSyn(TcpFlags flags)
    {
        if (_stuckSince.Nanoseconds == 0)
        {
            _stuckSince = Now;
        }

        _sendNext = _sendInitial + 1;
        SetRetransmit(RetransmitKind.Timeout, Now.Plus(Timeout));
        if (RefreshPath() && Stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            Transmit(packet, _sendInitial, flags);
        }
    }

    /// <summary>Takes what the peer's SYN offers; what it does not offer is not used.</summary>
    private void TakeSynOptions(ref TcpOptions options, ushort window)
    {
        _peerSegmentSize = options.SegmentSize != 0 ? Math.Max(options.SegmentSize, (ushort)48) : Remote.Address.IsV4 ? 536 : 1220;
        _hasScaling &= options.HasWindowScale;
        _sendScale = _hasScaling ? options.WindowScale : (byte)0;
        _receiveScale = _hasScaling ? _receiveScale : (byte)0;
        _usesSack &= options.IsSackPermitted;
        _usesTimestamps &= options.HasTimestamps;
        _recentTimestamp = options.TimestampValue;
        _recentTimestampAt = Now;
        _sendWindow = window;
        _largestSendWindow = window;
        _windowSequence = _receiveInitial;
        _windowAcknowledgment = _sendInitial;
        UpdateSegmentSize();
    }

    /// <summary>Becomes the connection of a SYN that a listener has answered; the segment that completes the handshake is received next.</summary>
    internal void Accept(TcpListener listener, in SynRequest request, in NetPath path)
    {
        Stack.Counters.TcpPassive++;
        Family = listener.Family;
        Settings = listener.Settings;
        ReusesAddress = listener.ReusesAddress;
        IsV6Only = listener.IsV6Only;
        BoundInterface = listener.BoundInterface;
        Local = new EndpointAddress(request.Local, listener.Local.Port, request.Scope);
        Remote = new EndpointAddress(request.Remote, request.RemotePort, request.Scope);
        _path = path;
        _sendInitial = request.Initial;
        _sendUnacknowledged = request.Initial;
        _sendNext = request.Initial + 1;
        _queueStart = _sendNext;
        _timestampOffset = request.TimestampOffset;
        _usesTimestamps = true;
        _usesSack = true;
        _hasScaling = true;
        _receiveScale = Stack.Tcp.ReceiveScale;
        _receiveInitial = request.PeerInitial;
        _receiveNext = request.PeerInitial + 1;
        _lastAckSent = _receiveNext;
        TcpOptions options = request.Options;
        TakeSynOptions(ref options, request.PeerWindow);
        _receiveEdge = _receiveNext + request.ToldWindow;
        _isInteractive = Settings.IsInteractive;
        StartAcknowledging();
        _backoff = request.Retransmissions;
        _lastSent = request.SentAt;
        State = TcpState.SynReceived;
        Stack.Tcp.Connections.Add(this);
    }

    /// <summary>The program sends no more: a FIN follows the queued data.</summary>
    private void QueueFin()
    {
        if (_isFinQueued)
        {
            return;
        }

        switch (State)
        {
            case TcpState.SynReceived:
                _isFinQueued = true; // it becomes FIN-WAIT-1 when the handshake is done
                return;
            case TcpState.Established:
                State = TcpState.FinWait1;
                break;
            case TcpState.CloseWait:
                State = TcpState.LastAck;
                break;
            default:
                return;
        }

        _isFinQueued = true;
        SendLater();
    }

    /// <summary>The peer has all that was sent, and the FIN.</summary>
    private void TakeFinAcknowledgment()
    {
        switch (State)
        {
            case TcpState.FinWait1:
                State = TcpState.FinWait2;
                if (_isOrphan)
                {
                    ArmFinTimeout();
                    Observer?.OnReady(NetEvents.HungUp); // who lingers
                }

                break;
            case TcpState.Closing:
                EnterTimeWait();
                break;
            case TcpState.LastAck:
                Teardown();
                break;
        }
    }

    /// <summary>Both directions are closed. A short record keeps the numbers, this block is done.</summary>
    private void EnterTimeWait()
    {
        Stack.Tcp.TimeWaits.Add(new TimeWaitEntry
        {
            Local = Local.Address,
            Remote = Remote.Address,
            LocalPort = Local.Port,
            RemotePort = Remote.Port,
            SendNext = _sendNext,
            ReceiveNext = _receiveNext,
            Window = (ushort)Math.Min(FreeWindow() >> _receiveScale, 65535),
            UsesTimestamps = _usesTimestamps,
            RecentTimestamp = _recentTimestamp,
            RecentTimestampAt = _recentTimestampAt,
            TimestampOffset = _timestampOffset,
        });

        // The FIN that led here is acknowledged now, as nobody will later.
        if (_isAckDue)
        {
            SendAck();
        }

        Teardown();
    }

    /// <summary>Sends a reset and is gone.</summary>
    private void Reset()
    {
        if (State is TcpState.Established or TcpState.SynReceived or TcpState.FinWait1 or TcpState.FinWait2 or TcpState.CloseWait or TcpState.Closing or TcpState.LastAck)
        {
            SendReset();
        }

        Teardown();
    }

    private void SendReset()
    {
        if (RefreshPath() && Stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            Stack.Counters.TcpResetsSent++;
            Transmit(packet, _sendNext, TcpFlags.Rst | TcpFlags.Ack);
        }
    }

    /// <summary>The connection has ended by an error, which the program hears of.</summary>
    [AllocationFree]
    private void Fail(NetError error)
    {
        _pending = error;
        Stack.Counters.TcpFailed += State is TcpState.SynSent or TcpState.SynReceived ? 1u : 0;
        Stack.Counters.Tcp.AbortsOnTimeout += error == NetError.TimedOut ? 1u : 0;
        Teardown();
    }

    /// <summary>Gives back all but what the program can still read.</summary>
    [AllocationFree]
    private void Teardown()
    {
        bool wasClosed = State == TcpState.Closed;
        Stack.Counters.TcpReset += State is TcpState.Established or TcpState.CloseWait ? 1u : 0;
        State = TcpState.Closed;
        _isReadShut = _isWriteShut = true;
        Stack.Timers.Cancel(this);
        _retransmitAt = _delayedAckAt = _keepAt = _corkUntil = Instant.Never;
        _retransmitKind = RetransmitKind.None;
        _hasHoles = false;
        _hasProbe = false;
        _recovery = RecoveryKind.Open;
        Sent.Clear(ref _sent);
        Stack.Pool.Clear(ref _sendQueue);
        DropOutOfOrder();
        if (_isOrphan)
        {
            Stack.Pool.Clear(ref _receiveQueue);
        }

        Stack.Tcp.Connections.Remove(this);
        if (_isOrphan || !_isPortChosen)
        {
            Stack.Tcp.Ports.Release(this);
            _isAutoBound = false;
        }

        if (!wasClosed)
        {
            Observer?.OnReady(Readiness | (_pending != NetError.None ? NetEvents.Readable | NetEvents.Writable : 0));
        }
    }

    /// <summary>A socket that never was connected, or is no more, is closed.</summary>
    private void Finish()
    {
        Teardown();
        Stack.Tcp.Ports.Release(this);
    }

    /// <summary>An ICMP error about a segment of ours (RFC 1122, 4.2.3.9; RFC 5927): one that lies in the window.</summary>
    [AllocationFree]
    internal void HandleError(SeqNo sequence, NetError error, int mtu)
    {
        if (State == TcpState.Closed || sequence < _sendUnacknowledged || sequence > _sendNext)
        {
            return;
        }

        if (error == NetError.MessageTooLong)
        {
            TakePathMtu(mtu);
            return;
        }

        if (State is TcpState.SynSent or TcpState.SynReceived && error is NetError.ConnectionRefused or NetError.ProtocolUnreachable or NetError.HostUnreachable or NetError.NetworkUnreachable or NetError.NotPermitted)
        {
            Fail(error);
            return;
        }

        if (Settings.HearsErrors)
        {
            _pending = error;
            Observer?.OnReady(NetEvents.Error | NetEvents.Readable | NetEvents.Writable);
            return;
        }

        // An established connection goes on: the error is told if it comes to an end.
        _softError = error;
    }

    /// <summary>A router cannot pass segments of this size: what was sent is sent again in smaller ones (RFC 1191, 6.4).</summary>
    private void TakePathMtu(int mtu)
    {
        if (!Stack.Icmp.NoteMtu(Remote.Address.IsV4, Remote.Address, mtu) && Stack.IsCurrent(_path))
        {
            return;
        }

        int before = _segmentSize;
        if (!RefreshPath() || _segmentSize >= before || State is TcpState.SynSent or TcpState.SynReceived)
        {
            return;
        }

        // No sign of congestion: the window stays, counted in smaller segments.
        for (int at = _sent.First; at != 0; at = Sent[at].Next)
        {
            if (!Sent[at].Has(SentFlags.Sacked))
            {
                Sent[at].Flags = (Sent[at].Flags | SentFlags.Lost) & ~SentFlags.Resent;
                _hasHoles = true;
            }
        }

        if (_recovery == RecoveryKind.Open)
        {
            _recovery = RecoveryKind.Loss;
            _recoveryEnd = _sendNext;
        }

        SendLater();
    }
}
