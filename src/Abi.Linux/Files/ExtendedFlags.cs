using System;

namespace Mote.Abi.Linux;

/// <summary>XATTR_ bits of setxattr(2).</summary>
[Flags]
public enum ExtendedFlags : uint
{
    None = 0,

    /// <summary>The attribute must not exist (EEXIST).</summary>
    Create = 1,

    /// <summary>The attribute must exist (ENODATA).</summary>
    Replace = 2,

    Known = Create | Replace,
}
