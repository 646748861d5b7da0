using System;

namespace Mote.Kernel.Memory;

/// <summary>What an area is besides its protection.</summary>
[Flags]
public enum AreaFlags : ushort
{
    None = 0,

    /// <summary>Writes reach the source (MAP_SHARED); without it the area is private and copies on write.</summary>
    Shared = 1,

    /// <summary>It grows towards lower addresses when the page below it is touched (MAP_GROWSDOWN, the stack).</summary>
    GrowsDown = 2,

    /// <summary>Its pages were not counted against memory (MAP_NORESERVE).</summary>
    NoReserve = 4,

    /// <summary>Its pages are there and stay (mlock). All pages that are there stay here; the flag counts them and forbids to give them up.</summary>
    Locked = 8,

    /// <summary>A shared file that was not opened for writing: mprotect may not allow writes.</summary>
    NeverWritable = 0x10,

    /// <summary>A child gets nothing of it (MADV_DONTFORK).</summary>
    DontFork = 0x20,

    /// <summary>A child gets zeros (MADV_WIPEONFORK).</summary>
    WipeOnFork = 0x40,

    /// <summary>Left out of core dumps (MADV_DONTDUMP).</summary>
    DontDump = 0x80,

    /// <summary>The program's break: [heap].</summary>
    Heap = 0x100,

    /// <summary>The first thread's stack: [stack].</summary>
    Stack = 0x200,

    /// <summary>The kernel's code for programs: [vdso].</summary>
    Vdso = 0x400,

    /// <summary>The data of that code: [vvar].</summary>
    Vvar = 0x800,

    /// <summary>Huge pages are wanted (MADV_HUGEPAGE).</summary>
    HugePage = 0x1000,

    /// <summary>Huge pages are not wanted (MADV_NOHUGEPAGE).</summary>
    NoHugePage = 0x2000,

    /// <summary>It stays as it is: neither unmapped, moved, protected otherwise nor emptied (mseal(2)).</summary>
    Sealed = 0x4000,

    /// <summary>Locked, but its pages come when they are touched (MLOCK_ONFAULT).</summary>
    LockedOnFault = 0x8000,
}
