using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// Time: one node in the stack's queue stands for all of a connection's timers. It is moved only when something is due earlier than it; when it strikes too early it is set anew.
public sealed partial class TcpConnection
{
    /// <summary>tcp_retries2 and tcp_orphan_retries: after so many timeouts a connection is given up.</summary>
    private const int MaximumBackoff = 15;
    private const int MaximumOrphanBackoff = 8;

    /// <summary>A peer's longest delay of an acknowledgement, for the probe of a single segment (RFC 8985, 7.2).</summary>
    private const ulong LongestDelayedAck = 200_000_000;

    /// <summary>TCP_THIN_LINEAR_RETRIES.</summary>
    private const int MaximumLinearTimeouts = 6;

    private int _linearTimeouts;

    [AllocationFree]
    public override void Expire(Instant now)
    {
        if (_delayedAckAt <= now)
        {
            AckTimeout();
        }

        if (_corkUntil <= now && State != TcpState.Closed)
        {
            SendLater(); // MaySendRest lets the rest go and sets the time anew
        }

        if (_retransmitAt <= now)
        {
            _retransmitAt = Instant.Never;
            RetransmitTimeout();
        }

        if (_keepAt <= now && State != TcpState.Closed)
        {
            _keepAt = Instant.Never;
            KeepAliveTimeout();
        }

        if (State != TcpState.Closed)
        {
            ArmTimer(Earliest());
        }
    }

    private Instant Earliest()
    {
        Instant first = Min(_delayedAckAt, _retransmitAt);
        Instant cork = _corkUntil > Now ? _corkUntil : Instant.Never;
        return Min(first, Min(_keepAt, cork));
    }

    private static Instant Min(Instant left, Instant right) => left < right ? left : right;

    /// <summary>Has the node strike no later than this.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ArmTimer(Instant at)
    {
        if (at < Deadline)
        {
            Stack.Timers.Arm(this, at);
        }
    }

    private void SetRetransmit(RetransmitKind kind, Instant at)
    {
        _retransmitKind = kind;
        _retransmitAt = at;
        ArmTimer(at);
    }

    /// <summary>The timeout with backoff.</summary>
    private ulong Timeout => Math.Min(_roundTrip.Timeout << Math.Min((int)_backoff, 10), RoundTrip.MaximumTimeout);

    /// <summary>Sees to it that the right timer runs; <paramref name="restart"/> begins it anew because something was acknowledged (RFC 6298, 5.3).</summary>
    private void ArmRetransmit(bool restart)
    {
        if (State is TcpState.Closed or TcpState.SynSent or TcpState.SynReceived)
        {
            return;
        }

        if (InFlight == 0)
        {
            bool isBlocked = QueueEnd + (_isFinQueued ? 1 : 0) - _sendNext > 0 && (State is TcpState.Established or TcpState.CloseWait or TcpState.FinWait1 or TcpState.LastAck or TcpState.Closing);
            if (!isBlocked)
            {
                _retransmitKind = RetransmitKind.None;
                _retransmitAt = Instant.Never;
            }
            else if (_retransmitKind != RetransmitKind.Persist || restart)
            {
                // Blocked by the peer's window, by Nagle's cork or for want of memory: the probe finds out.
                SetRetransmit(RetransmitKind.Persist, Now.Plus(Timeout));
            }

            return;
        }

        if (!restart && _retransmitKind is RetransmitKind.Timeout or RetransmitKind.Probe or RetransmitKind.Reorder)
        {
            return;
        }

        if (restart && _retransmitKind == RetransmitKind.Reorder)
        {
            return;
        }

        ulong timeout = Timeout;
        if (_recovery == RecoveryKind.Open && !_hasHoles && !_hasProbe && _usesSack && _roundTrip.Smoothed != 0 && _backoff == 0)
        {
            ulong probe = 2 * _roundTrip.Smoothed;
            if (_sent.First == _sent.Last)
            {
                probe += LongestDelayedAck;
            }

            probe = Math.Max(probe, 2 * Millisecond);
            if (probe < timeout)
            {
                SetRetransmit(RetransmitKind.Probe, Now.Plus(probe));
                return;
            }
        }

        SetRetransmit(RetransmitKind.Timeout, Now.Plus(timeout));
    }

    private void RetransmitTimeout()
    {
        RetransmitKind kind = _retransmitKind;
        _retransmitKind = RetransmitKind.None;
        if (State is TcpState.SynSent or TcpState.SynReceived)
        {
            SynTimeout();
            return;
        }

        switch (kind)
        {
            case RetransmitKind.Probe:
                SendProbe();
                return;
            case RetransmitKind.Reorder:
                if (DetectLosses() && _recovery == RecoveryKind.Open)
                {
                    EnterRecovery();
                    ReduceProportionally(0, hasLost: true);
                }

                ArmRetransmit(restart: false);
                SendLater();
                return;
            case RetransmitKind.Persist:
                PersistTimeout();
                return;
            case RetransmitKind.Timeout when InFlight > 0:
                LossTimeout();
                return;
        }
    }

    private void SynTimeout()
    {
        Stack.Counters.Tcp.Timeouts++;
        if (_backoff >= Settings.SynRetriesOr(Stack.Options) || IsPastUserTimeout())
        {
            Fail(_softError != NetError.None ? _softError : NetError.TimedOut);
            return;
        }

        _backoff++;
        Stack.Counters.Tcp.SynRetransmits++;
        Stack.Counters.TcpRetransmitted++;
        SendSyn(State == TcpState.SynReceived ? TcpFlags.Syn | TcpFlags.Ack : TcpFlags.Syn);
    }

    private void LossTimeout()
    {
        Stack.Counters.Tcp.Timeouts++;
        bool isHopeless = _isOrphan ? _backoff >= MaximumOrphanBackoff : _backoff >= MaximumBackoff;
        if (isHopeless || IsPastUserTimeout())
        {
            Fail(_softError != NetError.None ? _softError : NetError.TimedOut);
            return;
        }

        // A path that swallows large packets and whose routers say nothing: smaller ones are tried (RFC 4821, 7.7).
        if (_backoff == 3 && _sent.First != 0 && FullSegment > 512 && _segmentSize > 536)
        {
            _segmentSizeCap = Math.Max(_segmentSize > 1220 ? 1220 : _segmentSize / 2, 536);
            UpdateSegmentSize();
        }

        EnterLoss();
        if (!Settings.HasLinearTimeouts || !IsThin || _linearTimeouts >= MaximumLinearTimeouts)
        {
            _backoff = (byte)Math.Min(_backoff + 1, 30);
        }
        else
        {
            _linearTimeouts++;
        }

        if (_stuckSince.Nanoseconds == 0)
        {
            _stuckSince = Now;
        }

        if (_backoff > 3)
        {
            Stack.PathsChanged(); // another router may be needed (RFC 1122, 3.3.1.4)
        }

        SetRetransmit(RetransmitKind.Timeout, Now.Plus(Timeout));
        SendLater();
    }

    /// <summary>The peer's window has been closed for a while: one byte asks whether it still is (RFC 9293, 3.8.6.1).</summary>
    private void PersistTimeout()
    {
        if (IsPastUserTimeout() || (_isOrphan && _backoff >= MaximumOrphanBackoff))
        {
            Fail(NetError.TimedOut);
            return;
        }

        _backoff = (byte)Math.Min(_backoff + 1, 30);
        if (_stuckSince.Nanoseconds == 0)
        {
            _stuckSince = Now;
        }

        SetRetransmit(RetransmitKind.Persist, Now.Plus(Timeout));
        int room = _sendUnacknowledged + (int)Math.Min(_sendWindow, 1 << 30) - _sendNext;
        if (!RefreshPath())
        {
            return;
        }

        if (room > 0)
        {
            // The window has room, if only for part of a segment: what there is goes.
            SendSegment(_sendNext, Math.Min(Math.Min(room, QueueEnd - _sendNext), FullSegment), isNew: true);
            return;
        }

        ProbeUrgent();
        Stack.Counters.Tcp.WindowProbes++;

        // As Linux: an old number without data, which the peer answers with its window.
        if (Stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            Transmit(packet, _sendUnacknowledged - 1, TcpFlags.Ack);
        }
    }

    /// <summary>Nothing has come for two round trips: new data, or the last segment once more, makes the peer tell what it has (RFC 8985, 7.3).</summary>
    private void SendProbe()
    {
        if (InFlight == 0 || !RefreshPath())
        {
            ArmRetransmit(restart: true);
            return;
        }

        if (_hasHoles || _recovery != RecoveryKind.Open)
        {
            // The peer has told more since: recovery sees to it, or the timeout does.
            SetRetransmit(RetransmitKind.Timeout, Now.Plus(Timeout));
            return;
        }

        int unsent = QueueEnd - _sendNext;
        int room = _sendUnacknowledged + (int)Math.Min(_sendWindow, 1 << 30) - _sendNext;
        Stack.Counters.Tcp.LossProbes++;
        _hasProbe = true;
        _isProbeRetransmission = false;
        if (unsent > 0 && room > 0)
        {
            SendSegment(_sendNext, Math.Min(Math.Min(unsent, room), FullSegment), isNew: true);
        }
        else if (_sent.Last != 0)
        {
            int full = FullSegment;
            if (Sent[_sent.Last].Length > full)
            {
                Sent.TrySplit(ref _sent, _sent.Last, Sent[_sent.Last].End - full);
            }

            int last = _sent.Last;
            if (Sent[last].Length <= LargestSegment(full))
            {
                _isProbeRetransmission = true;
                Resend(last);
            }
        }

        _probeEnd = _sendNext;
        SetRetransmit(RetransmitKind.Timeout, Now.Plus(Timeout));
    }

    /// <summary>Fewer than four segments are on their way, and the window has left slow start's beginning (tcp_stream_is_thin).</summary>
    private bool IsThin => InFlight < 4 * (uint)Math.Max(FullSegment, 1) && _congestion.Threshold < int.MaxValue;

    private bool IsPastUserTimeout() => Settings.UserTimeout != 0 && _stuckSince.Nanoseconds != 0 && Now.Since(_stuckSince) >= Settings.UserTimeout;

    private void ArmKeepAlive()
    {
        if (!Settings.KeepsAlive || State is TcpState.Closed or TcpState.SynSent || (State == TcpState.FinWait2 && _isOrphan))
        {
            if (!_isOrphan)
            {
                _keepAt = Instant.Never;
            }

            return;
        }

        _keepProbes = 0;
        _keepAt = Now.Plus(Settings.KeepIdleOr(Stack.Options));
        ArmTimer(_keepAt);
    }

    private void ArmFinTimeout()
    {
        _keepAt = Now.Plus(Settings.FinTimeoutOr(Stack.Options));
        ArmTimer(_keepAt);
    }

    private void KeepAliveTimeout()
    {
        if (_isOrphan && State == TcpState.FinWait2)
        {
            // Nobody can read what the peer might still send (tcp_fin_timeout).
            Teardown();
            return;
        }

        if (!Settings.KeepsAlive)
        {
            return;
        }

        ulong idle = Now.Since(_lastHeard);
        ulong wanted = Settings.KeepIdleOr(Stack.Options);
        if (InFlight > 0 || idle < wanted)
        {
            // Data on its way says as much as a probe would.
            _keepProbes = 0;
            _keepAt = InFlight > 0 ? Now.Plus(wanted) : _lastHeard.Plus(wanted);
            return;
        }

        bool isOver = Settings.UserTimeout != 0 ? idle >= Settings.UserTimeout && _keepProbes > 0 : _keepProbes >= Settings.KeepCountOr(Stack.Options);
        if (isOver)
        {
            SendReset();
            Fail(_softError != NetError.None ? _softError : NetError.TimedOut);
            return;
        }

        _keepProbes = (byte)Math.Min(_keepProbes + 1, byte.MaxValue); // TCP_USER_TIMEOUT counts none
        Stack.Counters.Tcp.KeepAlives++;
        _keepAt = Now.Plus(Settings.KeepIntervalOr(Stack.Options));
        if (RefreshPath() && Stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            Transmit(packet, _sendUnacknowledged - 1, TcpFlags.Ack);
        }
    }
}
