using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>A PT_LOAD entry whose numbers have been checked: they lie in the file and in the program's half, and nothing overflows.</summary>
public readonly record struct ElfSegment(uint Flags, ulong Offset, ulong Address, ulong FileSize, ulong MemorySize)
{
    /// <summary>The end in memory.</summary>
    public ulong End => Address + MemorySize;

    /// <summary>The segment's protection.</summary>
    public PageAccess Protection =>
        ((Flags & ElfConstants.FlagRead) != 0 ? PageAccess.Read : PageAccess.None)
        | ((Flags & ElfConstants.FlagWrite) != 0 ? PageAccess.Write : PageAccess.None)
        | ((Flags & ElfConstants.FlagExecute) != 0 ? PageAccess.Execute : PageAccess.None);
}
