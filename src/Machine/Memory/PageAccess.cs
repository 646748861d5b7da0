using System;

namespace Mote.Machine;

/// <summary>What a program may do with a page. A page without <see cref="Read"/> is not mapped.</summary>
[Flags]
public enum PageAccess : byte
{
    None = 0,
    Read = 1,
    Write = 2,
    Execute = 4,
}
