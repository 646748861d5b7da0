namespace Mote.Machine;

/// <summary>The physical addresses that are RAM or the machine layer's own devices, and so not for drivers.</summary>
internal static class DeviceSpace
{
    /// <summary>A frame's number has 32 bits. No address of a device's window may reach beyond.</summary>
    internal const ulong End = 1UL << (32 + PageSize.Shift);

    private const int MaxRanges = 96;
    private static readonly ulong[] s_starts = new ulong[MaxRanges];
    private static readonly ulong[] s_ends = new ulong[MaxRanges];
    private static int s_count;

    internal static void Reserve(ulong start, ulong end)
    {
        if (s_count < MaxRanges)
        {
            s_starts[s_count] = start;
            s_ends[s_count++] = end;
        }
    }

    internal static bool IsFree(ulong start, ulong length)
    {
        if (start >= End || length > End - start)
        {
            return false;
        }

        for (int i = 0; i < s_count; i++)
        {
            if (start < s_ends[i] && s_starts[i] < start + length)
            {
                return false;
            }
        }

        return s_count is > 0 and < MaxRanges;
    }
}
