using System;

namespace Mote.Abi.Linux;

/// <summary>MAP_ flags (mmap(2), x86-64).</summary>
[Flags]
public enum MapFlags
{
    None = 0,
    Shared = 1,
    Private = 2,
    SharedValidate = 3,
    TypeMask = 0xf,
    Fixed = 0x10,
    Anonymous = 0x20,
    Low32Bit = 0x40,
    GrowsDown = 0x100,
    DenyWrite = 0x800,
    Executable = 0x1000,
    Locked = 0x2000,
    NoReserve = 0x4000,
    Populate = 0x8000,
    NonBlock = 0x10000,
    Stack = 0x20000,
    HugeTable = 0x40000,
    Synchronous = 0x80000,

    /// <summary>What MAP_SHARED_VALIDATE lets pass (LEGACY_MAP_MASK); the high bits are sizes of huge pages.</summary>
    Validated = TypeMask | Fixed | Anonymous | Low32Bit | 0x80 | GrowsDown | DenyWrite | Executable | Locked | NoReserve | Populate | NonBlock | Stack | HugeTable | unchecked((int)0xfc00_0000),
    FixedNoReplace = 0x100000,
}
