using System;

namespace Mote.Abi.Linux;

/// <summary>c_oflag of termios(3) (asm-generic/termbits.h).</summary>
[Flags]
public enum OutputModes : uint
{
    None = 0,
    Process = 0x1,
    ToUpper = 0x2,

    /// <summary>ONLCR: a new line goes out as CR LF.</summary>
    NewLineAddsReturn = 0x4,
    ReturnToNewLine = 0x8,

    /// <summary>ONOCR: no CR at column 0.</summary>
    NoReturnAtStart = 0x10,

    /// <summary>ONLRET: a new line moves to column 0 by itself.</summary>
    NewLineReturns = 0x20,

    /// <summary>TABDLY; its value XTABS expands tabs to blanks.</summary>
    ExpandTabs = 0x1800,
}
