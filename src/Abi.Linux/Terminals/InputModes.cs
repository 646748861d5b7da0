using System;

namespace Mote.Abi.Linux;

/// <summary>c_iflag of termios(3) (asm-generic/termbits.h).</summary>
[Flags]
public enum InputModes : uint
{
    None = 0,
    IgnoreBreak = 0x1,
    BreakInterrupts = 0x2,
    IgnoreParityErrors = 0x4,
    MarkParityErrors = 0x8,
    CheckParity = 0x10,
    Strip = 0x20,
    NewLineToReturn = 0x40,
    IgnoreReturn = 0x80,
    ReturnToNewLine = 0x100,
    ToLower = 0x200,

    /// <summary>IXON: the stop and start characters hold output.</summary>
    OutputFlow = 0x400,

    /// <summary>IXANY: any character starts output again.</summary>
    AnyStarts = 0x800,
    InputFlow = 0x1000,
    BellWhenFull = 0x2000,
    Utf8 = 0x4000,
}
