using System;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Options at the level SOL_SOCKET that are on or off.</summary>
[Flags]
public enum OptionBits : uint
{
    None = 0,
    Debug = 0x1,
    ReuseAddress = 0x2,
    ReusePort = 0x4,
    DontRoute = 0x8,
    Broadcast = 0x10,
    KeepAlive = 0x20,
    OutOfBandInline = 0x40,
    NoCheck = 0x80,
    PassCredentials = 0x100,
    PassSecurity = 0x200,
    SelectErrorQueue = 0x400,
    ZeroCopy = 0x800,
    DroppedCount = 0x1000,

    /// <summary>SO_WIFI_STATUS and SO_NOFCS, which say something of wireless and of packet sockets alone.</summary>
    WirelessStatus = 0x2000,
    NoFrameCheck = 0x4000,

    /// <summary>SO_LOCK_FILTER.</summary>
    FilterLocked = 0x8000,
}
