namespace Mote.Machine;

/// <summary>What a walk over the kernel half's page tables found. All but <see cref="Pages"/> should be zero.</summary>
public readonly record struct PageTableReport
{
    /// <summary>Mapped pages of any size.</summary>
    public ulong Pages { get; init; }

    /// <summary>Both writable and executable.</summary>
    public ulong WritableAndExecutable { get; init; }

    /// <summary>Executable, but not the image's code where it runs.</summary>
    public ulong ExecutableElsewhere { get; init; }

    /// <summary>Writable, and holding the image's code or constants, at whatever address.</summary>
    public ulong WritableCode { get; init; }

    /// <summary>Within the program's reach.</summary>
    public ulong ForPrograms { get; init; }

    /// <summary>Kernel stacks with something mapped right below them.</summary>
    public ulong UnguardedStacks { get; init; }

    /// <summary>Entries of the lower half of the kernel's own root table: what would make a null reference land somewhere.</summary>
    public ulong LowEntries { get; init; }
}
