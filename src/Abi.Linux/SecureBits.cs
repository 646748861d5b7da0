using System;

namespace Mote.Abi.Linux;

/// <summary>SECBIT_ flags of prctl(PR_SET_SECUREBITS), each with its lock (linux/securebits.h).</summary>
[Flags]
public enum SecureBits : uint
{
    None = 0,

    /// <summary>User id 0 gives no capabilities at execve(2).</summary>
    NoRoot = 1,

    NoRootLocked = 2,

    /// <summary>A change of user ids leaves capabilities alone.</summary>
    NoSetuidFixup = 4,

    NoSetuidFixupLocked = 8,

    /// <summary>Permitted capabilities stay when no user id is 0 any more; execve(2) clears it.</summary>
    KeepCapabilities = 16,

    KeepCapabilitiesLocked = 32,

    NoAmbientRaise = 64,
    NoAmbientRaiseLocked = 128,

    All = 0x55,
    AllLocks = 0xaa,
}
