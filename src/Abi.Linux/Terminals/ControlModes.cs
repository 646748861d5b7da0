using System;

namespace Mote.Abi.Linux;

/// <summary>c_cflag of termios(3) (asm-generic/termbits.h), as far as it is not about wires.</summary>
[Flags]
public enum ControlModes : uint
{
    None = 0,

    /// <summary>CBAUD: the speed's code; <see cref="OtherSpeed"/> says that the speed is given as a number.</summary>
    SpeedMask = 0x100f,
    Speed38400 = 0xf,
    OtherSpeed = 0x1000,
    SizeMask = 0x30,
    EightBits = 0x30,
    Receive = 0x80,
    Parity = 0x100,
    HangUpOnClose = 0x400,
    Local = 0x800,

    /// <summary>CIBAUD: the input's speed where it differs.</summary>
    InputSpeedMask = SpeedMask << 16,
}
