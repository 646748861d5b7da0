using System;

namespace Mote.Kernel.Vfs;

/// <summary>How the last component of a path is taken.</summary>
[Flags]
public enum WalkFlags
{
    /// <summary>A link at the end is itself the result.</summary>
    None = 0,

    /// <summary>A link at the end is followed.</summary>
    Follow = 1,

    /// <summary>The result must be a directory (ENOTDIR).</summary>
    Directory = 2,

    /// <summary>No link anywhere (ELOOP): RESOLVE_NO_SYMLINKS.</summary>
    RefuseLinks = 4,
}
