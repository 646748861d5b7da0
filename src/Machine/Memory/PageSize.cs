namespace Mote.Machine;

/// <summary>Page geometry of x86-64: 4 KiB base pages and 2 MiB huge pages (SDM volume 3, 4.5).</summary>
public static class PageSize
{
    public const int Shift = 12;
    public const int Bytes = 1 << Shift;
    public const int Mask = Bytes - 1;
    public const int HugeShift = 21;
    public const int HugeBytes = 1 << HugeShift;

    /// <summary>Bytes rounded up to whole pages; a value within a page of 2^64 wraps to zero, which callers check as an overflow.</summary>
    public static ulong RoundUp(ulong bytes) => unchecked(bytes + Mask) & ~(ulong)Mask;
}
