using System;

namespace Mote.Abi.Linux;

/// <summary>What shutdown(2) has ended: one more than SHUT_RD, SHUT_WR, SHUT_RDWR, so that they are bits.</summary>
[Flags]
public enum ShutdownDirection
{
    None = 0,
    Receive = 1,
    Send = 2,
    Both = 3,
}
