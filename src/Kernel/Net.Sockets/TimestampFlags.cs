using System;

namespace Mote.Kernel.Net.Sockets;

/// <summary>SO_TIMESTAMPING: SOF_TIMESTAMPING_ in linux/net_tstamp.h, those of Linux 6.1. There is no clock in the hardware: what asks for its times is taken and has none, as with a card without one.</summary>
[Flags]
internal enum TimestampFlags : uint
{
    None = 0,
    SendHardware = 1 << 0,
    SendSoftware = 1 << 1,
    ReceiveHardware = 1 << 2,
    ReceiveSoftware = 1 << 3,

    /// <summary>Software times are reported.</summary>
    Software = 1 << 4,
    SystemHardware = 1 << 5,
    RawHardware = 1 << 6,

    /// <summary>Each has the number of its message, or of a stream its last byte.</summary>
    Identified = 1 << 7,
    SendScheduled = 1 << 8,
    SendAcknowledged = 1 << 9,
    WithControl = 1 << 10,

    /// <summary>Without the data.</summary>
    TimeOnly = 1 << 11,
    WithStatistics = 1 << 12,
    WithPacketInformation = 1 << 13,
    SendSoftwareToo = 1 << 14,
    BoundClock = 1 << 15,

    AnySend = SendHardware | SendSoftware | SendScheduled | SendAcknowledged,
    All = (1 << 16) - 1,
}
