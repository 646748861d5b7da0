using System.Runtime;

namespace Mote.Runtime;

/// <summary>The stack that a walk may read: a panic may come with any register values.</summary>
internal static class StackBounds
{
    private static nint s_low;
    private static nint s_high;

    /// <summary>Says where the current kernel stack lies; Machine calls it at each switch of kernel threads.</summary>
    [RuntimeExport("RhMoteSetStackBounds")]
    public static void Set(nint low, nint high)
    {
        s_low = low;
        s_high = high;
    }

    /// <summary>The class library's question before it recurses deeply.</summary>
    [RuntimeExport("RhGetCurrentThreadStackBounds")]
    public static void Get(ref nint low, ref nint high)
    {
        low = s_low;
        high = s_high;
    }

    /// <summary>Whether the word at an address lies on the current stack.</summary>
    public static bool Contains(nint address)
        => (address & 7) == 0 && address >= s_low && address <= s_high - sizeof(long) && s_high > s_low;
}
