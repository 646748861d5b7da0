using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// SO_TIMESTAMP and its kin (socket(7); Documentation/networking/timestamping.rst): when a packet came or went, in control messages.
public abstract partial class Socket
{
    private const int TimeBytes = 16; // struct timeval, struct timespec
    private const int ClockCount = 3; // of struct scm_timestamping: software, none, hardware

    private SocketOption _timestampOption; // SO_TIMESTAMP or SO_TIMESTAMPNS, old or new, whichever was set last; zero for none
    private bool _isTimestampNew;
    private TimestampFlags _timestamping;
    private int _hardwareClock;

    /// <summary>What SO_TIMESTAMPING asks for.</summary>
    private protected TimestampFlags Timestamping => _timestamping;

    /// <summary>The number of the next message that is to have its time of sending told (SOF_TIMESTAMPING_OPT_ID).</summary>
    private protected uint TimestampKey { get; set; }

    /// <summary>Whether some option asks for the times of what is received.</summary>
    private protected bool WantsTimeStamps => _timestampOption != 0 || (_timestamping & TimestampFlags.Software) != 0;

    private static bool IsTimestampOption(SocketOption option) =>
        option is SocketOption.Timestamp or SocketOption.TimestampNs or SocketOption.Timestamping or SocketOption.TimestampNew or SocketOption.TimestampNsNew or SocketOption.TimestampingNew;

    /// <summary>SOF_TIMESTAMPING_OPT_ID is new: numbers begin. EINVAL where that makes no sense.</summary>
    private protected virtual Errno StartTimestampKeys()
    {
        TimestampKey = 0;
        return Errno.None;
    }

    private Errno SetTimestamps(SocketOption option, ReadOnlySpan<byte> value)
    {
        int number = BinaryPrimitives.ReadInt32LittleEndian(value);
        switch (option)
        {
            case SocketOption.Timestamping or SocketOption.TimestampingNew:
                Errno error = SetTimestamping(unchecked((TimestampFlags)number), value);
                _isTimestampNew = error == Errno.None ? option == SocketOption.TimestampingNew : _isTimestampNew;
                return error;
            default:
                _timestampOption = number != 0 ? option : 0;
                _isTimestampNew = number != 0 ? option is SocketOption.TimestampNew or SocketOption.TimestampNsNew : _isTimestampNew;
                return Errno.None;
        }
    }

    private Errno SetTimestamping(TimestampFlags flags, ReadOnlySpan<byte> value)
    {
        bool isUnknown = (flags & ~TimestampFlags.All) != 0;
        bool hasDataWithStatistics = (flags & TimestampFlags.WithStatistics) != 0 && (flags & TimestampFlags.TimeOnly) == 0;
        if (isUnknown || hasDataWithStatistics)
        {
            return Errno.EINVAL;
        }

        if ((flags & TimestampFlags.BoundClock) != 0)
        {
            return Errno.EOPNOTSUPP; // of hardware clocks there are none to choose from
        }

        if ((flags & ~_timestamping & TimestampFlags.Identified) != 0 && StartTimestampKeys() is not Errno.None and Errno error)
        {
            return error;
        }

        _timestamping = flags;
        _hardwareClock = value.Length >= 2 * sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(value[sizeof(int)..]) : 0;
        OnTimestampingSet();
        return Errno.None;
    }

    /// <summary>SO_TIMESTAMPING has changed.</summary>
    private protected virtual void OnTimestampingSet()
    {
    }

    private Result<int> GetTimestamps(SocketOption option, Span<byte> value)
    {
        if (option is SocketOption.Timestamping or SocketOption.TimestampingNew)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(value, (uint)_timestamping);
            BinaryPrimitives.WriteInt32LittleEndian(value[sizeof(int)..], _hardwareClock);
            return 2 * sizeof(int);
        }

        // The new SO_TIMESTAMP reads as set when the new SO_TIMESTAMPNS is, as in Linux.
        bool isSet = _timestampOption == option || (option == SocketOption.TimestampNew && _timestampOption == SocketOption.TimestampNsNew);
        return Number(value, isSet ? 1 : 0);
    }

    private void InheritTimestamps(Socket from)
    {
        _timestampOption = from._timestampOption;
        _isTimestampNew = from._isTimestampNew;
        _timestamping = from._timestamping;
    }

    /// <summary>Adds the control messages that the options ask for. <paramref name="isSent"/>: it is the time when something was sent.</summary>
    private protected void AddTimeStamps(Instant at, bool isSent, ref IncomingMessage message)
    {
        if (WantsTimeStamps)
        {
            PutTimeStamps(at, isSent, ref message);
        }
    }

    private void PutTimeStamps(Instant at, bool isSent, ref IncomingMessage message)
    {
        long unixNs = UnixTimeOf(at);
        Span<byte> times = stackalloc byte[ClockCount * TimeBytes];
        times.Clear();
        if (_timestampOption != 0)
        {
            bool isTimeval = _timestampOption is SocketOption.Timestamp or SocketOption.TimestampNew;
            WriteTime(times, unixNs, isTimeval);
            message.AddControl(SocketLevel.Socket, (int)_timestampOption, times[..TimeBytes]);
        }

        bool isWanted = (_timestamping & TimestampFlags.Software) != 0 && (isSent || (_timestamping & TimestampFlags.ReceiveSoftware) != 0);
        if (isWanted)
        {
            WriteTime(times, unixNs, isTimeval: false);
            message.AddControl(SocketLevel.Socket, (int)(_isTimestampNew ? SocketOption.TimestampingNew : SocketOption.Timestamping), times);
        }
    }

    /// <summary>Times of the stack are those of the monotonic clock; what programs are told is Unix time. Zero is now.</summary>
    private protected long UnixTimeOf(Instant at)
    {
        FileTime now = Home.Tree.Clock.Now;
        long ago = at.Nanoseconds == 0 ? 0 : (long)Clock.Now.Since(at);
        return (now.Seconds * (long)NanosecondsPerSecond) + now.Nanoseconds - ago;
    }

    /// <summary>Writes a struct timeval or timespec.</summary>
    private protected static void WriteTime(Span<byte> to, long unixNs, bool isTimeval)
    {
        const long Second = (long)NanosecondsPerSecond;
        BinaryPrimitives.WriteInt64LittleEndian(to, unixNs / Second);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], unixNs % Second / (isTimeval ? 1000 : 1));
    }
}
