namespace Mote.Machine;

/// <summary>One page-table entry as <see cref="AddressSpace.Query"/> sees it. <c>default</c> is an absent page.</summary>
public readonly struct PageEntry
{
    internal PageEntry(Frame frame, PageAccess access, bool accessed, bool dirty, bool isHuge)
    {
        Frame = frame;
        Access = access;
        IsAccessed = accessed;
        IsDirty = dirty;
        IsHuge = isHuge;
    }

    /// <summary>The mapped frame; the caller holds no reference of its own.</summary>
    public Frame Frame { get; }

    public PageAccess Access { get; }

    public bool IsAccessed { get; }

    public bool IsDirty { get; }

    /// <summary>The page is part of a huge one: 2 MiB that one entry maps.</summary>
    public bool IsHuge { get; }

    public bool IsPresent => !Frame.IsNone;
}
