using System;

namespace Mote.Abi.Linux;

/// <summary>Which mappings a core file holds: the bits of /proc/PID/coredump_filter (core(5)).</summary>
[Flags]
public enum CoreFilter : uint
{
    None = 0,
    AnonymousPrivate = 1,
    AnonymousShared = 2,
    FilePrivate = 4,
    FileShared = 8,

    /// <summary>The first page of files that begin as ELF does.</summary>
    ElfHeaders = 0x10,

    /// <summary>What Linux starts with, the two bits for pages of hugetlbfs left out of account.</summary>
    Default = 0x33,
}
