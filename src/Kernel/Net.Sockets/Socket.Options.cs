using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;

namespace Mote.Kernel.Net.Sockets;

// Options at the level SOL_SOCKET, socket(7): the rules are those of sk_setsockopt and sk_getsockopt in net/core/sock.c.
public abstract partial class Socket
{
    /// <summary>What can be doubled.</summary>
    private const int MostBuffer = int.MaxValue / 2;

    private const int TimevalBytes = 16;
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private OptionBits _options;

    /// <summary>SO_SNDBUF as getsockopt tells it: twice what was asked for.</summary>
    public int SendBufferBytes { get; protected set; }

    /// <summary>SO_RCVBUF as getsockopt tells it.</summary>
    public int ReceiveBufferBytes { get; protected set; }

    /// <summary>SO_RCVLOWAT: a stream's reader does not wake for less.</summary>
    public int ReceiveLowWater { get; private set; } = 1;

    /// <summary>SO_RCVTIMEO; zero is none.</summary>
    protected ulong ReceiveTimeoutNs { get; private set; }

    /// <summary>SO_SNDTIMEO; zero is none.</summary>
    protected ulong SendTimeoutNs { get; private set; }

    /// <summary>SO_LINGER's seconds; null when it is off.</summary>
    protected int? LingerSeconds { get; private set; }

    protected bool PassesCredentials => (_options & OptionBits.PassCredentials) != 0;

    /// <summary>SO_PRIORITY.</summary>
    protected int Priority { get; set; }

    /// <summary>SO_MARK.</summary>
    protected int Mark { get; private set; }

    /// <summary>The error that the next call tells (SO_ERROR); taking it clears it.</summary>
    protected Errno PendingError { get; set; }

    /// <summary>setsockopt(2). The value is what the program passed, at most a few hundred bytes. ENOPROTOOPT, EINVAL.</summary>
    public virtual Errno SetOption(int level, int option, ReadOnlySpan<byte> value) =>
        level == (int)SocketLevel.Socket ? SetCommonOption((SocketOption)option, value) : Errno.EOPNOTSUPP;

    /// <summary>getsockopt(2): writes the value and returns its length. ENOPROTOOPT.</summary>
    public virtual Result<int> GetOption(int level, int option, Span<byte> value) =>
        level == (int)SocketLevel.Socket ? GetCommonOption((SocketOption)option, value) : Errno.EOPNOTSUPP;

    /// <summary>SO_PEERCRED.</summary>
    protected virtual SocketCredentials PeerCredentials => SocketCredentials.Nobody;

    /// <summary>Whether SO_ZEROCOPY makes sense: of TCP and UDP.</summary>
    protected virtual bool HasZeroCopy => false;

    private Errno SetZeroCopy(int number)
    {
        if (!HasZeroCopy)
        {
            return Errno.EOPNOTSUPP;
        }

        if (number is < 0 or > 1)
        {
            return Errno.EINVAL;
        }

        _options = number != 0 ? _options | OptionBits.ZeroCopy : _options & ~OptionBits.ZeroCopy;
        return Errno.None;
    }

    protected bool Has(OptionBits bit) => (_options & bit) != 0;

    /// <summary>An option bit has changed.</summary>
    protected virtual void OnOptionSet(OptionBits bit)
    {
    }

    /// <summary>SO_LINGER has changed.</summary>
    protected virtual void OnLingerSet()
    {
    }

    /// <summary>The pending error, which is none afterwards.</summary>
    public Errno TakeError()
    {
        Errno error = PendingError;
        PendingError = Errno.None;
        return error == Errno.None ? TakeStackError() : error;
    }

    /// <summary>An error that a layer below keeps.</summary>
    protected virtual Errno TakeStackError() => Errno.None;

    protected static Result<int> Number(Span<byte> value, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(value, number);
        return sizeof(int);
    }

    private Errno SetCommonOption(SocketOption option, ReadOnlySpan<byte> value)
    {
        if (option is SocketOption.BindToDevice)
        {
            return SetDevice(value);
        }

        if (value.Length < sizeof(int))
        {
            return Errno.EINVAL;
        }

        if (IsTimestampOption(option))
        {
            return SetTimestamps(option, value);
        }

        int number = BinaryPrimitives.ReadInt32LittleEndian(value);
        if (BitOf(option) is not OptionBits.None and OptionBits bit)
        {
            if (option == SocketOption.LockFilter && number == 0 && Has(bit))
            {
                return Errno.EPERM;
            }

            if (option == SocketOption.Debug && number != 0 && !Home.Caller.Has(Capability.NetAdmin))
            {
                return Errno.EACCES;
            }

            _options = number != 0 ? _options | bit : _options & ~bit;
            OnOptionSet(bit);
            return Errno.None;
        }

        switch (option)
        {
            case SocketOption.SendBufferForce when !Home.Caller.Has(Capability.NetAdmin):
            case SocketOption.ReceiveBufferForce when !Home.Caller.Has(Capability.NetAdmin):
            case SocketOption.Mark when !MayMark:
                return Errno.EPERM;
            case SocketOption.SendBuffer:
            case SocketOption.SendBufferForce:
                LockBuffer(SendBufferLocked);
                SendBufferBytes = BufferSize(option == SocketOption.SendBufferForce ? Math.Max(number, 0) : number, SocketLimits.MinimumSendBuffer, option == SocketOption.SendBufferForce ? MostBuffer : Home.Limits.SendBufferLimit);
                OnBufferSet(isSend: true);
                return Errno.None;
            case SocketOption.ReceiveBuffer:
            case SocketOption.ReceiveBufferForce:
                LockBuffer(ReceiveBufferLocked);
                ReceiveBufferBytes = BufferSize(option == SocketOption.ReceiveBufferForce ? Math.Max(number, 0) : number, SocketLimits.MinimumReceiveBuffer, option == SocketOption.ReceiveBufferForce ? MostBuffer : Home.Limits.ReceiveBufferLimit);
                OnBufferSet(isSend: false);
                return Errno.None;
            case SocketOption.Priority:
                if (number is < 0 or > 6 && !MayMark)
                {
                    return Errno.EPERM;
                }

                Priority = number;
                return Errno.None;
            case SocketOption.Mark:
                Mark = number;
                return Errno.None;
            case SocketOption.ReceiveLowWater:
                ReceiveLowWater = Math.Max(1, Math.Min(number < 0 ? int.MaxValue : number, LowWaterLimit));
                return Errno.None;
            case SocketOption.Linger:
                return SetLinger(value);
            case SocketOption.ReceiveTimeout:
            case SocketOption.SendTimeout:
                return SetTimeout(option, value);
            case SocketOption.ReceiveTimeoutNew:
                return SetTimeout(SocketOption.ReceiveTimeout, value);
            case SocketOption.SendTimeoutNew:
                return SetTimeout(SocketOption.SendTimeout, value);
            case SocketOption.ZeroCopy:
                return SetZeroCopy(number);
            default:
                return SetLaterOption(option, number);
        }
    }

    private Result<int> GetCommonOption(SocketOption option, Span<byte> value)
    {
        if (IsTimestampOption(option))
        {
            return GetTimestamps(option, value);
        }

        if (BitOf(option) is not OptionBits.None and OptionBits bit)
        {
            return Number(value, Has(bit) ? 1 : 0);
        }

        switch (option)
        {
            case SocketOption.Type:
                return Number(value, (int)Kind);
            case SocketOption.Domain:
                return Number(value, (int)Family);
            case SocketOption.Protocol:
                return Number(value, Protocol);
            case SocketOption.AcceptsConnections:
                return Number(value, IsListening ? 1 : 0);
            case SocketOption.Error:
                return Number(value, (int)TakeError());
            case SocketOption.SendBuffer:
                return Number(value, SendBufferBytes);
            case SocketOption.ReceiveBuffer:
                return Number(value, ReceiveBufferBytes);
            case SocketOption.ReceiveLowWater:
                return Number(value, ReceiveLowWater);
            case SocketOption.SendLowWater:
                return Number(value, 1);
            case SocketOption.Priority:
                return Number(value, Priority);
            case SocketOption.Mark:
                return Number(value, Mark);
            case SocketOption.ZeroCopy:
                return Number(value, Has(OptionBits.ZeroCopy) ? 1 : 0);
            case SocketOption.Linger:
                BinaryPrimitives.WriteInt32LittleEndian(value, LingerSeconds == null ? 0 : 1);
                BinaryPrimitives.WriteInt32LittleEndian(value[sizeof(int)..], LingerSeconds ?? 0);
                return 2 * sizeof(int);
            case SocketOption.ReceiveTimeout:
            case SocketOption.ReceiveTimeoutNew:
                return WriteTime(value, ReceiveTimeoutNs);
            case SocketOption.SendTimeout:
            case SocketOption.SendTimeoutNew:
                return WriteTime(value, SendTimeoutNs);
            case SocketOption.PeerCredentials:
                return WriteCredentials(value, PeerCredentials);
            case SocketOption.PeerName:
                return GetPeerName(value);
            case SocketOption.BindToDevice:
                return GetDevice(value);
            default:
                return GetLaterOption(option, value);
        }
    }

    /// <summary>Takes over another socket's options, as an accepted socket does.</summary>
    protected void InheritOptions(Socket from)
    {
        _options = from._options;
        InheritTimestamps(from);
        SendTimeoutNs = from.SendTimeoutNs;
        ReceiveTimeoutNs = from.ReceiveTimeoutNs;
        ReceiveLowWater = from.ReceiveLowWater;
        LingerSeconds = from.LingerSeconds;
        Priority = from.Priority;
        Mark = from.Mark;
        InheritLaterOptions(from);
    }

    /// <summary>A buffer size has changed: the sending or the receiving one.</summary>
    protected virtual void OnBufferSet(bool isSend)
    {
    }

    /// <summary>SO_BINDTODEVICE. There is nothing to choose from.</summary>
    protected virtual Errno SetDevice(ReadOnlySpan<byte> name) => name.IsEmpty || name[0] == 0 ? Errno.None : Errno.ENODEV;

    protected virtual Result<int> GetDevice(Span<byte> name) => 0;

    /// <summary>Writes a struct ucred; its length.</summary>
    public static int WriteCredentials(Span<byte> value, SocketCredentials credentials)
    {
        BinaryPrimitives.WriteInt32LittleEndian(value, credentials.Process);
        BinaryPrimitives.WriteUInt32LittleEndian(value[4..], credentials.User);
        BinaryPrimitives.WriteUInt32LittleEndian(value[8..], credentials.Group);
        return 3 * sizeof(uint);
    }

    /// <summary>CAP_NET_RAW or CAP_NET_ADMIN: SO_MARK, and SO_PRIORITY above 6 (sk_setsockopt).</summary>
    private bool MayMark => Home.Caller.Has(Capability.NetRaw) || Home.Caller.Has(Capability.NetAdmin);

    /// <summary>Twice what was asked for, as the bookkeeping of Linux's buffers takes room too.</summary>
    private static int BufferSize(int asked, int minimum, int most) =>
        Math.Max((int)Math.Min(unchecked((uint)asked), (uint)Math.Min(most, MostBuffer)) * 2, minimum); // a negative size is a very large one

    private Errno SetLinger(ReadOnlySpan<byte> value)
    {
        if (value.Length < 2 * sizeof(int))
        {
            return Errno.EINVAL;
        }

        LingerSeconds = BinaryPrimitives.ReadInt32LittleEndian(value) == 0 ? null : Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(value[sizeof(int)..]));
        OnLingerSet();
        return Errno.None;
    }

    private Errno SetTimeout(SocketOption option, ReadOnlySpan<byte> value)
    {
        const ulong Unlimited = 1UL << 32;
        if (value.Length < TimevalBytes)
        {
            return Errno.EINVAL;
        }

        long seconds = BinaryPrimitives.ReadInt64LittleEndian(value);
        long microseconds = BinaryPrimitives.ReadInt64LittleEndian(value[8..]);
        if (microseconds is < 0 or >= 1_000_000)
        {
            return Errno.EDOM;
        }

        // A negative time has passed already; one that nobody lives to see is none.
        ulong limit = seconds < 0 ? 1 : (ulong)seconds >= Unlimited ? 0 : ((ulong)seconds * NanosecondsPerSecond) + ((ulong)microseconds * 1000);
        if (option == SocketOption.ReceiveTimeout)
        {
            ReceiveTimeoutNs = limit;
        }
        else
        {
            SendTimeoutNs = limit;
        }

        return Errno.None;
    }

    private static int WriteTime(Span<byte> value, ulong timeNs)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(value, timeNs / NanosecondsPerSecond);
        BinaryPrimitives.WriteUInt64LittleEndian(value[8..], timeNs % NanosecondsPerSecond / 1000);
        return TimevalBytes;
    }

    private static OptionBits BitOf(SocketOption option) => option switch
    {
        SocketOption.Debug => OptionBits.Debug,
        SocketOption.ReuseAddress => OptionBits.ReuseAddress,
        SocketOption.ReusePort => OptionBits.ReusePort,
        SocketOption.DontRoute => OptionBits.DontRoute,
        SocketOption.Broadcast => OptionBits.Broadcast,
        SocketOption.KeepAlive => OptionBits.KeepAlive,
        SocketOption.OutOfBandInline => OptionBits.OutOfBandInline,
        SocketOption.NoCheck => OptionBits.NoCheck,
        SocketOption.PassCredentials => OptionBits.PassCredentials,
        SocketOption.PassSecurity => OptionBits.PassSecurity,
        SocketOption.SelectErrorQueue => OptionBits.SelectErrorQueue,
        SocketOption.DroppedCount => OptionBits.DroppedCount,
        SocketOption.WirelessStatus => OptionBits.WirelessStatus,
        SocketOption.NoFrameCheck => OptionBits.NoFrameCheck,
        SocketOption.LockFilter => OptionBits.FilterLocked,
        _ => OptionBits.None,
    };
}
