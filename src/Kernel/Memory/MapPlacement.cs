namespace Mote.Kernel.Memory;

/// <summary>Where a mapping goes.</summary>
public enum MapPlacement
{
    /// <summary>At the address when it is free, else anywhere.</summary>
    Hint,

    /// <summary>At the address, in place of what is there (MAP_FIXED).</summary>
    Fixed,

    /// <summary>At the address, which must be free (MAP_FIXED_NOREPLACE).</summary>
    FixedNoReplace,

    /// <summary>At the address when it and the mapping's end are free and below 2 GiB, else in the second GiB (MAP_32BIT).</summary>
    Low,
}
