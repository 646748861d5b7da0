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

    /// <summary>No link of /proc that is more than a text (ELOOP): RESOLVE_NO_MAGICLINKS.</summary>
    RefuseMagicLinks = 8,

    /// <summary>Nothing above the start (EXDEV): RESOLVE_BENEATH.</summary>
    Beneath = 16,

    /// <summary>The start is the root: RESOLVE_IN_ROOT.</summary>
    InRoot = 32,

    /// <summary>Not onto another file system (EXDEV): RESOLVE_NO_XDEV.</summary>
    OneFileSystem = 64,

    /// <summary>What openat2(2) restricts the whole walk by.</summary>
    Restrictions = RefuseLinks | RefuseMagicLinks | Beneath | InRoot | OneFileSystem,
}
