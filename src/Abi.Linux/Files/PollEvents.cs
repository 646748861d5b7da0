using System;

namespace Mote.Abi.Linux;

/// <summary>Readiness as poll(2) and epoll(7) name it; the values are the same for both.</summary>
[Flags]
public enum PollEvents : uint
{
    None = 0,
    In = 0x1,
    Priority = 0x2,
    Out = 0x4,
    Error = 0x8,
    HangUp = 0x10,
    Invalid = 0x20,
    ReadNormal = 0x40,
    ReadBand = 0x80,
    WriteNormal = 0x100,
    WriteBand = 0x200,
    Message = 0x400,
    ReadHangUp = 0x2000,

    /// <summary>Reported whether asked for or not.</summary>
    Always = Error | HangUp,

    Readable = In | ReadNormal,
    Writable = Out | WriteNormal,

    /// <summary>EPOLLEXCLUSIVE.</summary>
    Exclusive = 1u << 28,

    /// <summary>EPOLLWAKEUP: needs CAP_BLOCK_SUSPEND and is otherwise ignored.</summary>
    WakeUp = 1u << 29,

    /// <summary>EPOLLONESHOT.</summary>
    OneShot = 1u << 30,

    /// <summary>EPOLLET.</summary>
    EdgeTriggered = 1u << 31,
}
