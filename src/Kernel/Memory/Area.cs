using System;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Memory;

/// <summary>
/// A range of an address space with one protection and one source of pages: a virtual memory area. Areas of a map never overlap. They change only through
/// their <see cref="MemoryMap"/>.
/// </summary>
public sealed class Area
{
    internal ulong Low;
    internal ulong High;

    // The node's place in its AreaTree, with what its subtree spans.
    internal Area? Left;
    internal Area? Right;
    internal int Height;
    internal ulong SubtreeLow;
    internal ulong SubtreeHigh;
    internal ulong SubtreeGap;

    internal Area()
    {
    }

    /// <summary>Small pages taken so far where huge ones would fit, up to what decides for these.</summary>
    internal byte TriedPages;

    public VirtAddr Start => new(Low);

    /// <summary>The first address behind it.</summary>
    public VirtAddr End => new(High);

    public ulong Length => High - Low;

    /// <summary>PROT_READ, PROT_WRITE and PROT_EXEC, as the program asked.</summary>
    public PageAccess Protection { get; internal set; }

    public AreaFlags Flags { get; internal set; }

    /// <summary>Where pages come from; null for private anonymous memory.</summary>
    public PageSource? Source { get; internal set; }

    /// <summary>The page of the source that is the area's first.</summary>
    public ulong SourcePage { get; internal set; }

    /// <summary>The open file that is mapped; null for anonymous memory.</summary>
    public OpenFile? File { get; internal set; }

    /// <summary>What /proc shows in place of a file: the name that the program gave it, in Linux's brackets (PR_SET_VMA_ANON_NAME); null is none.</summary>
    public byte[]? Label { get; internal set; }

    public bool IsShared => (Flags & AreaFlags.Shared) != 0;

    /// <summary>Whether writes may reach the source, now or after mprotect(2).</summary>
    internal bool MayWriteSource => Source != null && (Flags & (AreaFlags.Shared | AreaFlags.NeverWritable)) == AreaFlags.Shared;

    /// <summary>What page tables may allow: every accessible page can be read on x86.</summary>
    internal PageAccess Access => Protection == PageAccess.None ? PageAccess.None : Protection | PageAccess.Read;

    internal ulong SourcePageAt(ulong address) => SourcePage + ((address - Low) >> PageBits.Shift);

    internal void CopyFrom(Area other)
    {
        Low = other.Low;
        High = other.High;
        Protection = other.Protection;
        Flags = other.Flags;
        Source = other.Source;
        SourcePage = other.SourcePage;
        File = other.File;
        Label = other.Label;
        TriedPages = other.TriedPages;
    }

    /// <summary>Whether this area could go on where <paramref name="lower"/> ends.</summary>
    internal bool Continues(Area lower) =>
        lower.High == Low && lower.Protection == Protection && lower.Flags == Flags && lower.Source == Source && lower.File == File
        && (Source == null || lower.SourcePageAt(Low) == SourcePage) && (Label == lower.Label || Label.AsSpan().SequenceEqual(lower.Label));
}
