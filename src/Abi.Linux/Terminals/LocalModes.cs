using System;

namespace Mote.Abi.Linux;

/// <summary>c_lflag of termios(3) (asm-generic/termbits.h).</summary>
[Flags]
public enum LocalModes : uint
{
    None = 0,
    Signals = 0x1,
    Canonical = 0x2,
    Echo = 0x8,

    /// <summary>ECHOE: erasing rubs out on the screen.</summary>
    EchoErase = 0x10,

    /// <summary>ECHOK: a new line after the kill character.</summary>
    EchoKill = 0x20,

    /// <summary>ECHONL: new lines are echoed without ECHO, too.</summary>
    EchoNewLine = 0x40,
    NoFlush = 0x80,

    /// <summary>TOSTOP: background output stops (SIGTTOU).</summary>
    StopBackgroundOutput = 0x100,

    /// <summary>ECHOCTL: control characters are echoed as ^X.</summary>
    EchoControl = 0x200,

    /// <summary>ECHOPRT: erased characters are printed between \ and /.</summary>
    EchoPrint = 0x400,

    /// <summary>ECHOKE: the kill character rubs the line out.</summary>
    EchoKillErase = 0x800,
    Extended = 0x8000,
    ExternalProcessing = 0x10000,
}
