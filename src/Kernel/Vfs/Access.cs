using System;

namespace Mote.Kernel.Vfs;

/// <summary>What a process wants to do with an inode: the bits of access(2) and of one permission digit.</summary>
[Flags]
public enum Access : uint
{
    None = 0,
    Execute = 1,
    Write = 2,
    Read = 4,
}
