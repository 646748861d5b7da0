using System;

namespace Mote.Abi.Linux;

/// <summary>The flags of open(2) on x86-64 (asm-generic/fcntl.h). The lowest two bits are the access mode.</summary>
[Flags]
public enum OpenFlags : uint
{
    ReadOnly = 0,
    WriteOnly = 1,
    ReadWrite = 2,
    AccessMask = 3,
    Create = 0x40,
    Exclusive = 0x80,
    NoControllingTerminal = 0x100,
    Truncate = 0x200,
    Append = 0x400,
    NonBlock = 0x800,
    DataSync = 0x1000,
    Async = 0x2000,
    Direct = 0x4000,
    LargeFile = 0x8000,
    Directory = 0x10000,
    NoFollow = 0x20000,
    NoAccessTime = 0x40000,
    CloseOnExec = 0x80000,

    /// <summary>O_SYNC includes O_DSYNC.</summary>
    Sync = 0x101000,
    Path = 0x200000,

    /// <summary>O_TMPFILE includes O_DIRECTORY.</summary>
    TemporaryFile = 0x410000,

    /// <summary>What F_SETFL may change.</summary>
    Settable = Append | NonBlock | Async | Direct | NoAccessTime,

    /// <summary>Every flag that open(2) knows; it ignores others, openat2(2) refuses them.</summary>
    Known = AccessMask | Create | Exclusive | NoControllingTerminal | Truncate | Append | NonBlock | DataSync | Async | Direct | LargeFile |
        Directory | NoFollow | NoAccessTime | CloseOnExec | Sync | Path | TemporaryFile,
}
