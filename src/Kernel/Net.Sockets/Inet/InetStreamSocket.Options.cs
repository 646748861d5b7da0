using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// Options of the levels SOL_SOCKET and IP that a connection must know.
internal sealed partial class InetStreamSocket
{
    protected override bool HasRetransmissions => true;

    // Segments are not asked a filter: docs/compat/sockets.md.
    protected override bool TakesFilter => false;

    protected override Result<int> PathMtu => _listener == null && _connection.IsConnected ? (int)_connection.GetInfo(Clock.Now).PathMtu : Errno.ENOTCONN;

    public override Errno SetOption(int level, int option, ReadOnlySpan<byte> value) =>
        level == (int)SocketLevel.Tcp ? SetTcpOption((TcpOption)option, value) : base.SetOption(level, option, value);

    public override Result<int> GetOption(int level, int option, Span<byte> value) =>
        level == (int)SocketLevel.Tcp ? GetTcpOption((TcpOption)option, value) : base.GetOption(level, option, value);

    protected override void OnHeaderFieldsSet()
    {
        Settings.TimeToLive = TimeToLive;
        Settings.TypeOfService = TypeOfService;
        Settings.HearsErrors = Has(IpOptionBits.ReceiveErrors) || Has(IpOptionBits.ReceiveErrors6);
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

    /// <summary>An accepted socket has its listener's options (tcp(7), socket(7)).</summary>
    private void Inherit(InetStreamSocket listener)
    {
        InheritOptions(listener);
        InheritIpOptions(listener);
        _tellsRest = listener._tellsRest;
        OnTimestampingSet();
    }
}
