using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// Options at the level IPPROTO_TCP, and those of the other levels that a connection must know.
internal sealed partial class InetStreamSocket
{
    private const ulong SecondNs = 1_000_000_000;
    private const ulong MillisecondNs = 1_000_000;
    private const int MostKeepSeconds = 32767;
    private const int MostRetries = 127;
    private const int LeastSegment = 88;
    private const int MostSegment = 32767;

    protected override Result<int> PathMtu => _listener == null && _connection.IsConnected ? (int)_connection.GetInfo(Clock.Now).PathMtu : Errno.ENOTCONN;

    public override Errno SetOption(int level, int option, ReadOnlySpan<byte> value) =>
        level == (int)SocketLevel.Tcp ? SetTcpOption((TcpOption)option, value) : base.SetOption(level, option, value);

    public override Result<int> GetOption(int level, int option, Span<byte> value) =>
        level == (int)SocketLevel.Tcp ? GetTcpOption((TcpOption)option, value) : base.GetOption(level, option, value);

    protected override void OnHeaderFieldsSet()
    {
        Settings.TimeToLive = TimeToLive;
        Settings.TypeOfService = TypeOfService;
        Endpoint.BindsAnywhere = Has(IpOptionBits.FreeBind) || Has(IpOptionBits.Transparent);
        Apply();
    }

    protected override void OnOptionSet(OptionBits bit)
    {
        base.OnOptionSet(bit);
        Settings.KeepsAlive = Has(OptionBits.KeepAlive);
        Settings.IsUrgentInline = Has(OptionBits.OutOfBandInline);
        Apply();
    }

    protected override void OnLingerSet()
    {
        Settings.Lingers = LingerSeconds != null;
        Settings.LingerSeconds = LingerSeconds ?? 0;
        Apply();
    }

    protected override void OnBufferSet(bool isSend)
    {
        if (isSend)
        {
            Settings.SendBuffer = SendBufferBytes;
            Settings.IsSendBufferFixed = true;
        }
        else
        {
            Settings.ReceiveBuffer = ReceiveBufferBytes;
            Settings.IsReceiveBufferFixed = true;
        }

        Apply();
    }

    /// <summary>A buffer that the program has set does not grow by itself, unless SO_BUF_LOCK says so.</summary>
    protected override void OnBuffersLocked(int locks)
    {
        Settings.IsSendBufferFixed = (locks & SendBufferLocked) != 0;
        Settings.IsReceiveBufferFixed = (locks & ReceiveBufferLocked) != 0;
    }

    protected override (int Received, int Sent, ulong Drops) Queued => _listener == null ? (_connection.Available, _connection.Unacknowledged, 0UL) : default;

    /// <summary>Half of the buffer, or of what it may grow to (tcp_set_rcvlowat).</summary>
    protected override int LowWaterLimit => Settings.IsReceiveBufferFixed ? ReceiveBufferBytes >> 1 : Stack.Options.TcpReceiveBufferLimit >> 1;

    private ref TcpSettings Settings
    {
        get
        {
            if (_listener != null)
            {
                return ref _listener.Settings;
            }

            return ref _connection.Settings;
        }
    }

    private void Apply()
    {
        if (_listener == null)
        {
            _connection.SettingsChanged(Clock.Now);
            Network.Update();
        }
    }

    private Errno SetTcpOption(TcpOption option, ReadOnlySpan<byte> value)
    {
        if (option == TcpOption.Congestion)
        {
            return value.IsEmpty ? Errno.EINVAL : IsCongestionControl(value) ? Errno.None : Errno.ENOENT;
        }

        if (option == TcpOption.UpperLayer)
        {
            return Errno.ENOENT; // such as tls: programs do it themselves then
        }

        if (value.Length < sizeof(int))
        {
            return Errno.EINVAL;
        }

        int number = BinaryPrimitives.ReadInt32LittleEndian(value);
        Errno error = Set(ref Settings, option, number);
        if (error == Errno.None)
        {
            Apply();
        }

        return error;
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
            case TcpOption.QuickAcknowledge:
                settings.IsQuickAck = number != 0;
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
                settings.FinTimeout = number < 0 ? TcpSettings.NoFinTimeout : (ulong)Math.Min(number, 120) * SecondNs;
                return Errno.None;
            case TcpOption.DeferAccept:
                settings.DeferAcceptSeconds = Math.Max(number, 0);
                return Errno.None;
            case TcpOption.WindowClamp when number >= 0:
                settings.WindowClamp = number;
                return Errno.None;
            case TcpOption.UserTimeout when number >= 0:
                settings.UserTimeout = (ulong)number * MillisecondNs;
                return Errno.None;
            case TcpOption.NotSentLowWater:
                settings.NotSentLowWater = unchecked((uint)number);
                return Errno.None;
            case TcpOption.MaximumSegment or TcpOption.KeepIdle or TcpOption.KeepInterval or TcpOption.KeepCount or TcpOption.SynCount or TcpOption.WindowClamp or TcpOption.UserTimeout:
                return Errno.EINVAL;
            case TcpOption.FastOpen:
                return Errno.EOPNOTSUPP; // as where net.ipv4.tcp_fastopen is off
            default:
                return Errno.ENOPROTOOPT;
        }
    }

    private Result<int> GetTcpOption(TcpOption option, Span<byte> value)
    {
        const int NameBytes = 16;
        TcpSettings settings = Settings;
        switch (option)
        {
            case TcpOption.NoDelay:
                return Number(value, settings.IsNoDelay ? 1 : 0);
            case TcpOption.Cork:
                return Number(value, settings.IsCorked ? 1 : 0);
            case TcpOption.QuickAcknowledge:
                return Number(value, settings.IsQuickAck ? 1 : 0);
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
                return Number(value, settings.WindowClamp);
            case TcpOption.UserTimeout:
                return Number(value, (int)(settings.UserTimeout / MillisecondNs));
            case TcpOption.NotSentLowWater:
                return Number(value, unchecked((int)settings.NotSentLowWater));
            case TcpOption.FastOpen:
                return Number(value, 0);
            case TcpOption.Congestion:
                value[..NameBytes].Clear();
                "cubic"u8.CopyTo(value);
                return NameBytes;
            case TcpOption.Information:
                return TcpInformation.Write(value, _listener, _connection);
            default:
                return Errno.ENOPROTOOPT;
        }
    }

    private static bool IsCongestionControl(ReadOnlySpan<byte> name)
    {
        int end = name.IndexOf((byte)0);
        return (end < 0 ? name : name[..end]).SequenceEqual("cubic"u8);
    }

    /// <summary>An accepted socket has its listener's options (tcp(7), socket(7)).</summary>
    private void Inherit(InetStreamSocket listener)
    {
        InheritOptions(listener);
        InheritIpOptions(listener);
    }
}
