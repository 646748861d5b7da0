namespace Mote.Kernel.Memory;

/// <summary>Arithmetic on addresses and lengths in bytes.</summary>
internal static class PageBits
{
    internal const int Shift = 12;
    internal const ulong Size = 1UL << Shift;
    internal const ulong Mask = Size - 1;

    internal static ulong Down(ulong value) => value & ~Mask;

    /// <summary>Rounds up to whole pages; zero when that does not fit.</summary>
    internal static ulong Up(ulong value) => unchecked((value + Mask) & ~Mask);
}
