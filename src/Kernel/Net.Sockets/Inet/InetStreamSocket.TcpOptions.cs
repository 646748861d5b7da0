using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// Options at the level IPPROTO_TCP (tcp(7)). Ranges and errors are those of do_tcp_setsockopt and do_tcp_getsockopt of Linux 6.1; what is refused is refused as by a Linux that was built
// without it.
internal sealed partial class InetStreamSocket
{
    private const ulong SecondNs = 1_000_000_000;
    private const ulong MillisecondNs = 1_000_000;
    private const int MostKeepSeconds = 32767; // MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL
    private const int MostRetries = 127; // MAX_TCP_KEEPCNT, MAX_TCP_SYNCNT
    private const int LeastSegment = 88; // TCP_MIN_MSS
    private const int MostSegment = 32767; // MAX_TCP_WINDOW
    private const int MostFinSeconds = 120; // TCP_FIN_TIMEOUT_MAX
    private const int MostRetransmitSeconds = 120; // TCP_RTO_MAX
    private const int LeastClamp = SocketLimits.MinimumReceiveBuffer / 2;
    private const int NameBytes = 16; // TCP_CA_NAME_MAX, TCP_ULP_NAME_MAX

    /// <summary>TCP_INQ: recvmsg(2) tells what is left to be read.</summary>
    private bool _tellsRest;

    private bool IsFresh => _listener != null || _connection.State == TcpState.Closed;

    private Errno SetTcpOption(TcpOption option, ReadOnlySpan<byte> value)
    {
        switch (option)
        {
            case TcpOption.Congestion:
                return value.IsEmpty ? Errno.EINVAL : SetCongestion(value[..Math.Min(value.Length, NameBytes - 1)]);
            case TcpOption.UpperLayer:
                return value.IsEmpty ? Errno.EINVAL : Errno.ENOENT; // such as tls: programs do it themselves then
        }

        if (value.Length < sizeof(int))
        {
            return Errno.EINVAL;
        }

        int number = BinaryPrimitives.ReadInt32LittleEndian(value);
        Errno error = SetNumber(option, number);
        if (error == Errno.None)
        {
            Apply();
        }

        return error;
    }

    private Errno SetNumber(TcpOption option, int number)
    {
        switch (option)
        {
            case TcpOption.QuickAcknowledge:
                SetQuickAck(number);
                return Errno.None;
            case TcpOption.WindowClamp when number == 0 && (_listener != null || _connection.State != TcpState.Closed):
                return Errno.EINVAL;
            case TcpOption.RestInControl:
                _tellsRest = number is 0 or 1 ? number != 0 : _tellsRest;
                return number is 0 or 1 ? Errno.None : Errno.EINVAL;
            case TcpOption.ThinDuplicateAck:
                return number is 0 or 1 ? Errno.None : Errno.EINVAL; // it does nothing in Linux either, since 4.15
            case TcpOption.Repair or TcpOption.RepairQueue or TcpOption.RepairWindow or TcpOption.Timestamp:
                return Errno.EPERM; // a connection under repair there is none
            case TcpOption.QueueSequence:
                return _listener == null && _connection.State == TcpState.Closed ? Errno.EINVAL : Errno.EPERM;
            case TcpOption.RepairOptions:
                return Errno.EINVAL;
            case TcpOption.FastOpen or TcpOption.FastOpenConnect or TcpOption.FastOpenNoCookie or TcpOption.FastOpenKey:
                return Errno.EOPNOTSUPP; // as where net.ipv4.tcp_fastopen is zero
            default:
                return Set(ref Settings, option, number);
        }
    }

    private void SetQuickAck(int number)
    {
        if (_listener != null)
        {
            _listener.Settings.IsInteractive = number == 0;
        }
        else
        {
            _connection.SetQuickAck(number, Clock.Now);
            Network.Update();
        }
    }

    private static Errno Set(ref TcpSettings settings, TcpOption option, int number)
    {
        switch (option)
        {
            case TcpOption.NoDelay:
                settings.IsNoDelay = number != 0;
                return Errno.None;
            case TcpOption.Cork:
                settings.IsCorked = number != 0;
                return Errno.None;
            case TcpOption.MaximumSegment when number is 0 or (>= LeastSegment and <= MostSegment):
                settings.MaximumSegment = (ushort)number;
                return Errno.None;
            case TcpOption.KeepIdle when number is >= 1 and <= MostKeepSeconds:
                settings.KeepIdle = (ulong)number * SecondNs;
                return Errno.None;
            case TcpOption.KeepInterval when number is >= 1 and <= MostKeepSeconds:
                settings.KeepInterval = (ulong)number * SecondNs;
                return Errno.None;
            case TcpOption.KeepCount when number is >= 1 and <= MostRetries:
                settings.KeepCount = (byte)number;
                return Errno.None;
            case TcpOption.SynCount when number is >= 1 and <= MostRetries:
                settings.SynRetries = (byte)number;
                return Errno.None;
            case TcpOption.Linger2:
                settings.FinTimeout = number < 0 ? TcpSettings.NoFinTimeout : (ulong)Math.Min(number, MostFinSeconds) * SecondNs;
                return Errno.None;
            case TcpOption.DeferAccept:
                settings.DeferAcceptSeconds = WholeRetransmissions(number);
                return Errno.None;
            case TcpOption.WindowClamp:
                settings.WindowClamp = number == 0 ? 0 : Math.Max(number, LeastClamp);
                return Errno.None;
            case TcpOption.UserTimeout when number >= 0:
                settings.UserTimeout = (ulong)number * MillisecondNs;
                return Errno.None;
            case TcpOption.NotSentLowWater:
                settings.NotSentLowWater = unchecked((uint)number);
                return Errno.None;
            case TcpOption.ThinLinearTimeouts when number is 0 or 1:
                settings.HasLinearTimeouts = number != 0;
                return Errno.None;
            case TcpOption.MaximumSegment or TcpOption.KeepIdle or TcpOption.KeepInterval or TcpOption.KeepCount or TcpOption.SynCount or TcpOption.UserTimeout or TcpOption.ThinLinearTimeouts:
                return Errno.EINVAL;
            default:
                return Errno.ENOPROTOOPT;
        }
    }

    private Result<int> GetTcpOption(TcpOption option, Span<byte> value)
    {
        TcpSettings settings = Settings;
        switch (option)
        {
            case TcpOption.NoDelay:
                return Number(value, settings.IsNoDelay ? 1 : 0);
            case TcpOption.Cork:
                return Number(value, settings.IsCorked ? 1 : 0);
            case TcpOption.QuickAcknowledge:
                return Number(value, (_listener == null ? _connection.AcknowledgesQuickly : !settings.IsInteractive) ? 1 : 0);
            case TcpOption.MaximumSegment:
                return Number(value, _listener == null ? _connection.SegmentSize : settings.MaximumSegment == 0 ? 536 : settings.MaximumSegment);
            case TcpOption.KeepIdle:
                return Number(value, (int)(settings.KeepIdleOr(Stack.Options) / SecondNs));
            case TcpOption.KeepInterval:
                return Number(value, (int)(settings.KeepIntervalOr(Stack.Options) / SecondNs));
            case TcpOption.KeepCount:
                return Number(value, settings.KeepCountOr(Stack.Options));
            case TcpOption.SynCount:
                return Number(value, settings.SynRetriesOr(Stack.Options));
            case TcpOption.Linger2:
                return Number(value, settings.FinTimeout == TcpSettings.NoFinTimeout ? -1 : (int)(settings.FinTimeoutOr(Stack.Options) / SecondNs));
            case TcpOption.DeferAccept:
                return Number(value, settings.DeferAcceptSeconds);
            case TcpOption.WindowClamp:
                return Number(value, _listener == null ? _connection.WindowClamp : settings.WindowClamp);
            case TcpOption.UserTimeout:
                return Number(value, (int)(settings.UserTimeout / MillisecondNs));
            case TcpOption.NotSentLowWater:
                return Number(value, unchecked((int)settings.NotSentLowWater));
            case TcpOption.ThinLinearTimeouts:
                return Number(value, settings.HasLinearTimeouts ? 1 : 0);
            case TcpOption.RestInControl:
                return Number(value, _tellsRest ? 1 : 0);
            case TcpOption.Timestamp:
                return Number(value, unchecked((int)(_listener == null ? _connection.CurrentTimestamp(Clock.Now) : 0)));
            case TcpOption.ThinDuplicateAck or TcpOption.Repair or TcpOption.FastOpen or TcpOption.FastOpenConnect or TcpOption.FastOpenNoCookie:
                return Number(value, 0);
            case TcpOption.RepairQueue or TcpOption.QueueSequence or TcpOption.RepairWindow:
                return Errno.EINVAL;
            case TcpOption.UpperLayer or TcpOption.CongestionInformation:
                return 0; // there is none
            case TcpOption.Congestion:
                value[..NameBytes].Clear();
                (settings.IsReno ? "reno"u8 : "cubic"u8).CopyTo(value);
                return NameBytes;
            case TcpOption.Information:
                return TcpInformation.Write(value, _listener, _connection);
            default:
                return Errno.ENOPROTOOPT;
        }
    }

    private Errno SetCongestion(ReadOnlySpan<byte> name)
    {
        int end = name.IndexOf((byte)0);
        ReadOnlySpan<byte> wanted = end < 0 ? name : name[..end];
        bool isReno = wanted.SequenceEqual("reno"u8);
        if (!isReno && !wanted.SequenceEqual("cubic"u8))
        {
            return Errno.ENOENT;
        }

        Settings.IsReno = isReno;
        Apply();
        return Errno.None;
    }

    /// <summary>TCP_DEFER_ACCEPT is kept as a number of retransmissions and told as the time that they take (secs_to_retrans, retrans_to_secs).</summary>
    private static int WholeRetransmissions(int seconds)
    {
        int period = 0;
        int timeout = 1;
        for (int count = 0; seconds > period && count < byte.MaxValue; count++)
        {
            period += timeout;
            timeout = Math.Min(timeout * 2, MostRetransmitSeconds);
        }

        return period;
    }
}
