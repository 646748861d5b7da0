using System;

namespace Mote.Abi.Linux;

/// <summary>MSG_ flags of send(2) and recv(2): linux/socket.h.</summary>
[Flags]
public enum MessageFlags : uint
{
    None = 0,
    OutOfBand = 0x1,
    Peek = 0x2,
    DontRoute = 0x4,

    /// <summary>MSG_CTRUNC: control data did not fit.</summary>
    ControlTruncated = 0x8,

    /// <summary>MSG_TRUNC: the datagram was longer than the buffer; asked for, its full length is returned.</summary>
    Truncated = 0x20,
    DontWait = 0x40,
    EndOfRecord = 0x80,
    WaitAll = 0x100,
    Confirm = 0x800,

    /// <summary>MSG_ERRQUEUE: reads the queue of errors in place of data.</summary>
    ErrorQueue = 0x2000,
    NoSignal = 0x4000,

    /// <summary>MSG_MORE: more will follow at once.</summary>
    More = 0x8000,

    /// <summary>MSG_WAITFORONE of recvmmsg(2).</summary>
    WaitForOne = 0x10000,
    ZeroCopy = 0x4000000,
    FastOpen = 0x20000000,

    /// <summary>MSG_CMSG_CLOEXEC: descriptors received are closed by execve(2).</summary>
    ControlCloseOnExec = 0x40000000,
}
