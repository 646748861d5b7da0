using System;

namespace Mote.Kernel.Terminals;

/// <summary>What a master in packet mode is told of its terminal (TIOCPKT, ioctl_tty(2)).</summary>
[Flags]
internal enum PacketEvents : byte
{
    None = 0,
    FlushedRead = 1,
    FlushedWrite = 2,
    Stopped = 4,
    Started = 8,
    NoFlowControl = 16,
    FlowControl = 32,
}
