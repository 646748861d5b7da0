using System;

namespace Mote.Abi.Linux;

/// <summary>MREMAP_ flags (mremap(2)).</summary>
[Flags]
public enum RemapFlags
{
    None = 0,
    MayMove = 1,
    Fixed = 2,
    DontUnmap = 4,
}
