using System.Collections.Generic;

namespace Mote.Imaging.Elf;

/// <summary>What the image builder needs to know of an x86-64 ELF file: its kind, its interpreter and what it asks the dynamic loader for.</summary>
internal sealed record ElfFile
{
    public required ElfKind Kind { get; init; }

    public required ulong Entry { get; init; }

    public required IReadOnlyList<ElfSegment> Segments { get; init; }

    /// <summary>The path in PT_INTERP, or null for a static program or a library.</summary>
    public string? Interpreter { get; init; }

    /// <summary>DT_NEEDED, in order.</summary>
    public IReadOnlyList<string> Needed { get; init; } = [];

    /// <summary>DT_RPATH as written, or null.</summary>
    public string? Rpath { get; init; }

    /// <summary>DT_RUNPATH as written, or null.</summary>
    public string? Runpath { get; init; }

    public string? Soname { get; init; }

    /// <summary>DF_1_PIE: a position-independent program, not a library.</summary>
    public bool IsMarkedPie { get; init; }

    /// <summary>DF_1_NODEFLIB: the loader's cache and default folders are not searched for this object.</summary>
    public bool NoDefaultLibraries { get; init; }

    /// <summary>The names in the dynamic string table that callers asked the reader to look for.</summary>
    public IReadOnlySet<string> MentionedNames { get; init; } = new HashSet<string>();

    public bool HasDynamicSection { get; init; }
}
